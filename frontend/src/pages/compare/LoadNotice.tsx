import type { Loaded } from "../../shared/api/shelf";
import { Notice } from "../../shared/ui/Notice";
import { failureText } from "../../features/prediction/format";
import { retryAll } from "./useReports";

interface LoadNoticeProps {
  readonly loaded: Loaded<unknown>;
  readonly title: string;
}

/** Waiting or failed, in words; nothing once it is here. */
export function LoadNotice({ loaded, title }: LoadNoticeProps) {
  if (loaded.phase === "here") return null;
  if (loaded.phase === "waiting") return <p className="text-soft">The figures are on their way…</p>;
  const text = failureText(loaded.failure, loaded.retryInMs, "figures");
  return (
    <Notice
      title={title}
      tone="warn"
      action={{ label: "Load the figures again", onPress: retryAll }}
    >
      <p>{`${text.title}. ${text.detail}`}</p>
    </Notice>
  );
}
