import type { Picture } from "../../features/drawing/picture";

interface PictureNotesProps {
  readonly picture: Picture;
  readonly onWhole: () => void;
}

/** What is to be known of an opened picture, below the field. */
export function PictureNotes({ picture, onWhole }: PictureNotesProps) {
  const isWhole = picture.region === null;
  return (
    <div className="mt-3 grid gap-2 text-sm text-soft">
      {picture.link !== null && <p className="text-base text-ink">{picture.name}</p>}
      {picture.bitmap && (
        <div className="flex items-center justify-between gap-3">
          <p>Move the frame or its corners to read another part.</p>
          <button
            type="button"
            className="button shrink-0"
            aria-disabled={isWhole}
            onClick={isWhole ? undefined : onWhole}
          >
            Whole picture
          </button>
        </div>
      )}
      {picture.shrunk && <p>The picture is large and is sent at a smaller size.</p>}
    </div>
  );
}
