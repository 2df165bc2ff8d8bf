import type { DrawingState } from "../drawing/useDrawing";
import { useKeptPicture, type KeptPicture } from "../keptDrawings/useKeptPicture";
import type { Loaded } from "../../shared/api/loaded";
import type { ChangeUrl } from "../../shared/lib/urlState";
import { useLinkedPicture } from "./useLinkedPicture";

/** The kept drawing that the link names, unless it is on the field. */
export function useKeptFromLink(
  named: string | null,
  changeUrl: ChangeUrl,
  drawingState: DrawingState,
): Loaded<KeptPicture | null> | null {
  const loaded = useKeptPicture(named);
  return useLinkedPicture(
    { parameter: "drawing", named, value: named, loaded, changeUrl },
    drawingState,
  );
}
