import { canvasToBlob, isReadbackRandomised } from "../drawing/canvas";
import { ANSWERS_SIZE } from "./svg";

/** Pixels for each user unit: sharp on a phone, too. */
const SCALE = 2;

/**
 * A picture of the answers' SVG as PNG. Text needs the browser's fonts, hence a canvas; null where
 * the browser returns noise from one, against fingerprinting: there the SVG itself is as good.
 */
export async function answersPng(svg: string): Promise<Blob | null> {
  if (isReadbackRandomised()) return null;
  const image = new Image();
  // the policy allows data: pictures and no blob: ones
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = ANSWERS_SIZE.width * SCALE;
  canvas.height = ANSWERS_SIZE.height * SCALE;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvasToBlob(canvas, "image/png", 1);
}
