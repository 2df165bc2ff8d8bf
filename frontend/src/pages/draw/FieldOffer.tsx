import { isEmpty } from "../../features/drawing/history";
import { LONG_PAUSE_MS } from "../../features/drawing/beginning";
import type { DrawingState } from "../../features/drawing/useDrawing";
import { useSettled } from "../../shared/lib/useSettled";

interface FieldOfferProps {
  readonly drawingState: DrawingState;
  readonly isAnswered: boolean;
}

/**
 * In the field's corner: a new drawing, once the answer to this one has stood for a while; and what
 * became of a stroke after such a pause, so that no digit comes to lie on another unnoticed.
 */
export function FieldOffer({ drawingState, isAnswered }: FieldOfferProps) {
  const { drawing, isDrawing, beginning, takeBack, separate, clear } = drawingState;
  const isDone = isAnswered && !isDrawing && !isEmpty(drawing) && drawing.picture === null;
  const hasStood = useSettled(isDone ? drawing : null, LONG_PAUSE_MS) === drawing && isDone;
  const offer =
    isDrawing || isEmpty(drawing)
      ? null
      : beginning === "new"
        ? { text: "New drawing.", label: "Undo", about: ": put the last one back", act: takeBack }
        : beginning === "late"
          ? { text: "Added to the drawing.", label: "Start a new one with it", act: separate }
          : hasStood
            ? { text: "", label: "Draw a new one", act: clear }
            : null;
  return (
    <>
      <p role="status" className="sr-only">
        {offer?.text}
      </p>
      {offer && (
        <div
          data-testid="offer"
          className="pointer-events-none absolute inset-x-2 bottom-2 flex flex-wrap items-center justify-end gap-x-3 text-sm"
        >
          <span aria-hidden="true" className="rounded-lg bg-paper/85 px-2 py-1">
            {offer.text}
          </span>
          <button
            type="button"
            className="button pointer-events-auto bg-paper text-sm shadow-sm"
            onClick={offer.act}
          >
            {offer.label}
            {offer.about && <span className="sr-only">{offer.about}</span>}
          </button>
        </div>
      )}
    </>
  );
}
