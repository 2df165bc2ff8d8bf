import { EXPORT_SIDE } from "./brushes";
import type { Drawing } from "./history";
import { drawStrokes } from "./render";

/**
 * The drawing as the server gets it: the strokes drawn anew, black on white, 280 × 280 PNG, so
 * screen size, pixel ratio and theme make no difference; an opened picture goes as it is.
 */
export async function exportPicture(drawing: Drawing): Promise<Blob> {
  if (drawing.picture) return drawing.picture.body;
  const canvas = document.createElement("canvas");
  canvas.width = EXPORT_SIDE;
  canvas.height = EXPORT_SIDE;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser gave no 2d canvas to export from");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, EXPORT_SIDE, EXPORT_SIDE);
  drawStrokes(context, drawing.strokes, EXPORT_SIDE, "#000");
  return canvasToBlob(canvas, "image/png");
}

export function canvasToBlob(
  canvas: HTMLCanvasElement,
  type: string,
  quality?: number,
): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob);
        else reject(new Error(`this browser could not encode ${type}`));
      },
      type,
      quality,
    );
  });
}
