import { useState } from "react";
import type { Stroke } from "../../engine/strokes";
import { ConfirmButton } from "../../shared/ui/ConfirmButton";
import { StrokesPicture } from "../drawing/StrokesPicture";
import { readStrokes } from "../share/strokeText";
import type { Recent } from "./recents";
import { deleteAllRecents, deleteRecent } from "./recentsStore";
import { useRecents } from "./useRecents";

/** This browser's last drawings: a tap opens one or, while deleting, deletes it. */
export function RecentDrawings({ onOpen }: { onOpen: (strokes: readonly Stroke[]) => void }) {
  const recents = useRecents();
  const [isDeleting, setIsDeleting] = useState(false);
  if (recents.length === 0) return null;
  return (
    <section aria-labelledby="recents-heading" data-testid="recents">
      <div className="flex items-center justify-between gap-3">
        <h2 id="recents-heading" className="eyebrow">
          Last drawings
        </h2>
        <button
          type="button"
          aria-pressed={isDeleting}
          className="inline-flex min-h-11 cursor-pointer items-center text-sm text-soft underline underline-offset-4 hover:text-ink aria-pressed:font-semibold aria-pressed:text-ink"
          onClick={() => {
            setIsDeleting(!isDeleting);
          }}
        >
          Delete some
        </button>
      </div>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(2.75rem,1fr))] gap-1.5">
        {recents.map((recent) => (
          <li key={recent.text}>
            <Thumbnail recent={recent} isDeleting={isDeleting} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {isDeleting && (
        <div className="mt-2">
          <ConfirmButton
            label="Delete all of them"
            question="The drawings in this list are deleted. This cannot be undone."
            confirm="Delete"
            onConfirm={() => {
              deleteAllRecents();
              setIsDeleting(false);
            }}
          />
        </div>
      )}
      <p className="mt-1 text-sm text-soft">They are kept in this browser only.</p>
    </section>
  );
}

interface ThumbnailProps {
  readonly recent: Recent;
  readonly isDeleting: boolean;
  readonly onOpen: (strokes: readonly Stroke[]) => void;
}

function Thumbnail({ recent, isDeleting, onOpen }: ThumbnailProps) {
  const strokes = readStrokes(recent.text);
  const what = `the drawing that was read as ${recent.reading}`;
  return (
    <button
      type="button"
      aria-label={isDeleting ? `Delete ${what}` : `Open ${what}`}
      className="relative grid aspect-square w-full min-w-11 cursor-pointer place-items-center rounded-lg border border-line bg-paper hover:border-edge"
      onClick={() => {
        if (isDeleting) deleteRecent(recent.text);
        else onOpen(strokes);
      }}
    >
      <StrokesPicture strokes={strokes} className="size-full" />
      {isDeleting && (
        <svg
          viewBox="0 0 20 20"
          className="absolute -top-1 -right-1 size-5 rounded-full border border-warn bg-warn-wash text-warn"
          aria-hidden="true"
        >
          <path
            d="M6 6l8 8M14 6l-8 8"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
            strokeLinecap="round"
          />
        </svg>
      )}
    </button>
  );
}
