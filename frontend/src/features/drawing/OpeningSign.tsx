import { useSettled } from "../../shared/lib/useSettled";
import type { DrawingState } from "./useDrawing";

/** A picture that is there within this time needs no sign of waiting. */
const WAITING_AFTER_MS = 150;

/** Lies over the field while a picture is being opened: a photograph takes a phone a second or two. */
export function OpeningSign({ drawingState: { opening } }: { drawingState: DrawingState }) {
  const settled = useSettled(opening, WAITING_AFTER_MS);
  const isShown = opening !== null && opening === settled;
  return (
    <p
      role="status"
      className={`pointer-events-none absolute inset-0 grid place-items-center p-6 text-center text-lg break-all text-soft ${isShown ? "z-1 rounded-[1.4375rem] bg-paper" : ""}`}
    >
      {isShown && `Opening ${opening === "" ? "the picture" : `“${opening}”`}…`}
    </p>
  );
}
