import { onlineManager, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient, retryAfterReconnect } from "../shared/api/queryClient";
import { App } from "./App";
import "./index.css";
import "./media.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element with the id root");

const client = createQueryClient();
onlineManager.subscribe((isOnline) => {
  if (isOnline) retryAfterReconnect(client);
});

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
