import type { DrawingState } from "../drawing/useDrawing";
import { readIndex, type TestDigit } from "../testDigits/testDigit";
import { useTestDigit } from "../testDigits/useTestDigit";
import type { Loaded } from "../../shared/api/loaded";
import type { ChangeUrl } from "../../shared/lib/urlState";
import { useLinkedPicture } from "./useLinkedPicture";

/** The test digit that the link names, unless it is on the field. */
export function useDigitFromLink(
  named: string | null,
  changeUrl: ChangeUrl,
  drawingState: DrawingState,
): Loaded<TestDigit | null> | null {
  const index = named === null ? null : readIndex(named);
  const value = index === null ? null : String(index);
  const loaded = useTestDigit(index);
  return useLinkedPicture({ parameter: "digit", named, value, loaded, changeUrl }, drawingState);
}
