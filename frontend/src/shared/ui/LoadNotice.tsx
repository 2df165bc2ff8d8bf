import { useQueryClient } from "@tanstack/react-query";
import { failureText } from "../api/failureText";
import type { Loaded } from "../api/loaded";
import { retryFailed } from "../api/queryClient";
import { Notice } from "./Notice";

interface LoadNoticeProps {
  readonly loaded: Loaded<unknown>;
  readonly title: string;
  readonly what?: "figures" | "picture" | "drawings";
}

/** Says that something is loading or has failed; nothing once it is loaded. */
export function LoadNotice({ loaded, title, what = "figures" }: LoadNoticeProps) {
  const client = useQueryClient();
  if (loaded.phase === "loaded") return null;
  if (loaded.phase === "pending") return <p className="text-soft">Loading the {what}…</p>;
  const retry = () => {
    retryFailed(client);
  };
  const text = failureText(loaded.failure, loaded.retryInMs, what);
  return (
    <Notice title={title} tone="warn" action={{ label: `Load the ${what} again`, onPress: retry }}>
      <p>{`${text.title}. ${text.detail}`}</p>
    </Notice>
  );
}
