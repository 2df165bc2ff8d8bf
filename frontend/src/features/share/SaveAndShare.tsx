import { lazy, Suspense, useState } from "react";
import { Disclosure } from "../../shared/ui/Disclosure";
import { Notice } from "../../shared/ui/Notice";
import type { SharePanelProps } from "./SharePanel";

// whoever only draws does not need it
const SharePanel = lazy(() =>
  import("./SharePanel").then(
    ({ SharePanel }) => ({ default: SharePanel }),
    () => ({ default: MissingPanel }),
  ),
);

function MissingPanel() {
  return <Notice title="This part of the page could not be loaded" tone="warn" />;
}

/** Opens what can be done with the drawing on the field, besides having it read. */
export function SaveAndShare(props: SharePanelProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className={isOpen ? "basis-full" : ""}>
      <Disclosure title="Save and share" about="this drawing" isOpen={isOpen} onOpen={setIsOpen}>
        <Suspense fallback={<p className="text-sm text-soft">Loading…</p>}>
          <SharePanel {...props} />
        </Suspense>
      </Disclosure>
    </div>
  );
}
