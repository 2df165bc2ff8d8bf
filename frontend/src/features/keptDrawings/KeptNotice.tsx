import type { Loaded } from "../../shared/api/loaded";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { Notice } from "../../shared/ui/Notice";

interface KeptNoticeProps {
  readonly loaded: Loaded<unknown>;
  readonly title: string;
  readonly what?: "figures" | "drawings";
}

/** As LoadNotice; where the service keeps nothing, or not for this caller, it says no more than that. */
export function KeptNotice({ loaded, title, what = "drawings" }: KeptNoticeProps) {
  const failure = loaded.phase === "failed" ? loaded.failure : null;
  if (failure?.kind === "refused" && (failure.status === 403 || failure.status === 404)) {
    return (
      <Notice title={failure.title}>
        <p>{failure.detail}</p>
      </Notice>
    );
  }
  return <LoadNotice loaded={loaded} title={title} what={what} />;
}
