import { Notice } from "../../shared/ui/Notice";
import type { LinkedDrawing } from "./drawingLink";

/** Says that the link's drawing cannot be read. */
export function DrawingLinkNotice({ linked }: { linked: LinkedDrawing }) {
  if (linked.kind !== "malformed") return null;
  return (
    <div role="alert" className="mb-6">
      <Notice title="The drawing in this link cannot be read" tone="warn">
        <p>
          The link was cut off or changed on its way: {linked.message}. Ask for it again. What was
          on the field is still there.
        </p>
      </Notice>
    </div>
  );
}
