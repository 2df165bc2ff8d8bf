import { useState } from "react";
import type { Drawing } from "../../features/drawing/history";
import { linkTo } from "../../features/share/drawingLink";
import { TextToCopy } from "../../features/share/TextToCopy";

/** Copies the link that shows this drawing, nudged like this. */
export function CopyLink({ drawing }: { drawing: Drawing }) {
  const [byHand, setByHand] = useState<string | null>(null);
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async () => {
    const link = linkTo(drawing);
    if (link === null) {
      setCopied("No link can hold this drawing: it is a picture of yours, or too long.");
      return;
    }
    try {
      await navigator.clipboard.writeText(link);
      setCopied("Copied.");
    } catch {
      // only pages that came by https or from this computer may copy
      setByHand(link);
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void copy()}>
        Copy link
      </button>
      <p role="status" className="text-sm text-soft empty:hidden">
        {copied}
      </p>
      {byHand !== null && (
        <div className="basis-full">
          <TextToCopy label="The link, to be copied by hand:" text={byHand} />
        </div>
      )}
    </>
  );
}
