import { useQueryClient } from "@tanstack/react-query";
import { failureText } from "../../shared/api/failureText";
import type { Loaded } from "../../shared/api/loaded";
import { retryFailed } from "../../shared/api/queryClient";
import { Notice } from "../../shared/ui/Notice";

interface LoadNoticeProps {
  readonly loaded: Loaded<unknown>;
  readonly title: string;
}

/** Says that something is loading or has failed; nothing once it is loaded. */
export function LoadNotice({ loaded, title }: LoadNoticeProps) {
  const client = useQueryClient();
  if (loaded.phase === "loaded") return null;
  if (loaded.phase === "pending") return <p className="text-soft">Loading the figures…</p>;
  const retry = () => {
    retryFailed(client);
  };
  const text = failureText(loaded.failure, loaded.retryInMs, "figures");
  return (
    <Notice title={title} tone="warn" action={{ label: "Load the figures again", onPress: retry }}>
      <p>{`${text.title}. ${text.detail}`}</p>
    </Notice>
  );
}
