import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Engine } from "../../engine/engine";
import { toFailure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";
import { engineChoice } from "./engineChoice";

export type EngineState =
  | { readonly phase: "loading" }
  | { readonly phase: "ready"; readonly engine: Engine }
  /** The reason is a sentence. */
  | { readonly phase: "unavailable"; readonly reason: string };

/** The page answers clicks before the engine's megabytes are fetched, at the latest after this. */
const LATEST_START_MS = 2_000;

/** The networks in this browser, once loaded. */
export const ENGINE = queryOptions({
  queryKey: ["engine"],
  queryFn: async ({ signal }) => {
    await idle();
    const { loadEngine } = await import("../../engine/engine");
    return loadEngine(signal);
  },
  gcTime: Infinity,
});

/** The networks in this browser. They are loaded once, after the page is usable. */
export function useEngine(): EngineState {
  const missing = whyNot();
  const { data, failureReason } = useQuery({ ...ENGINE, enabled: missing === null });
  if (missing !== null) return { phase: "unavailable", reason: missing };
  if (data) return { phase: "ready", engine: data };
  if (!failureReason) return { phase: "loading" };
  const { title, detail } = failureText(toFailure(failureReason), null);
  return { phase: "unavailable", reason: `The networks could not be loaded. ${title}. ${detail}` };
}

function whyNot(): string | null {
  const choice = engineChoice();
  if (choice === "service") return "The link asks for the service’s answers.";
  if (typeof WebAssembly === "undefined") return "This browser has no WebAssembly.";
  // megabytes that are not needed, since the service can answer
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  if (choice === "auto" && connection?.saveData) return "This browser saves data.";
  return null;
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    const start = () => {
      resolve();
    };
    // Safari has no idle callbacks
    if ("requestIdleCallback" in window) requestIdleCallback(start, { timeout: LATEST_START_MS });
    else setTimeout(start, LATEST_START_MS / 4);
  });
}
