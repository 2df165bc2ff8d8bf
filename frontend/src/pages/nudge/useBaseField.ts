import { decode } from "fast-png";
import { useMemo } from "react";
import { FIELD_PX, fieldOf, type Field } from "../../engine/preprocessing";
import type { Drawing } from "../../features/drawing/history";
import type { PredictionState } from "../../features/prediction/prediction";

/**
 * The field of the visitor's drawing before it is nudged: of strokes made here, of a picture what
 * the service made of it. Null where there is no digit, or the picture has no answer yet.
 */
export function useBaseField({ strokes, picture }: Drawing, state: PredictionState): Field | null {
  const results = picture && state.phase === "answered" ? state.results : [];
  const image = results[0]?.preprocessing.image ?? null;
  return useMemo(() => {
    if (image !== null) return fieldOfImage(image);
    return strokes.length > 0 ? (fieldOf(strokes)?.field ?? null) : null;
  }, [strokes, image]);
}

/** The field in a data URL of an answer's 28×28 grey PNG. */
function fieldOfImage(url: string): Field | null {
  const base64 = url.slice(url.indexOf(",") + 1);
  const { width, height, channels, data } = decode(
    Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)),
  );
  const isField = width === FIELD_PX && height === FIELD_PX && channels === 1;
  return isField ? Uint8Array.from(data) : null;
}
