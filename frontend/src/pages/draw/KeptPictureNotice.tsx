import type { Loaded } from "../../shared/api/loaded";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { Notice } from "../../shared/ui/Notice";

/** Why the kept drawing that the link names is not on the field. */
export function KeptPictureNotice({ loaded }: { loaded: Loaded<unknown> }) {
  if (loaded.phase !== "loaded") {
    return <LoadNotice loaded={loaded} title="Your drawing could not be loaded" what="picture" />;
  }
  if (loaded.value !== null) return null; // it is on the field in a moment
  return (
    <Notice title="There is no such drawing of yours" tone="warn">
      <p>It was deleted, its picture was not kept, or it was drawn by somebody else.</p>
    </Notice>
  );
}
