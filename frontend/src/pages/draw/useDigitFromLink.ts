import { useEffect, useEffectEvent, useRef } from "react";
import type { DrawingState } from "../../features/drawing/useDrawing";
import { readIndex, type TestDigit } from "../../features/testDigits/testDigit";
import { useTestDigit } from "../../features/testDigits/useTestDigit";
import type { Loaded } from "../../shared/api/loaded";
import type { ChangeUrl } from "../../shared/lib/urlState";

/**
 * Keeps link and field together: opens the test digit that the link names, and has the link name
 * the one that is on the field after every change of the drawing. Null without a digit to load.
 */
export function useDigitFromLink(
  named: string | null,
  changeUrl: ChangeUrl,
  { drawing, isDrawing, openPicture }: DrawingState,
): Loaded<TestDigit | null> | null {
  const index = named === null ? null : readIndex(named);
  const shown = drawing.picture?.testDigit ?? null;
  const loaded = useTestDigit(index);
  const digit = loaded.phase === "loaded" ? loaded.value : null;

  const open = useEffectEvent(({ index, caption, png }: TestDigit) => {
    // it would end a stroke that is being drawn
    if (index !== shown && !isDrawing) openPicture(png, caption, index);
  });
  useEffect(() => {
    if (digit) open(digit);
  }, [digit]);

  const lastDrawing = useRef(drawing);
  useEffect(() => {
    const hasChanged = lastDrawing.current !== drawing;
    lastDrawing.current = drawing;
    const onField = shown === null ? null : String(shown);
    // a digit that the link names and that is not there yet is still being loaded
    if (named !== onField && (hasChanged || named === null)) {
      changeUrl({ digit: onField }, "replace");
    }
  }, [drawing, shown, named, changeUrl]);

  const isOnField = index !== null && index === shown;
  return named === null || isOnField ? null : loaded;
}
