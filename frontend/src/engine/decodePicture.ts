import { decodePng, sizeOfPng } from "./decodePng";
import type { Channels } from "./picture";

/** As the service's. */
const MOST_PIXELS = 50_000_000;
/** Above the noise that some browsers add to the last bits, which does no harm. */
const MOST_NOISE = 16;

const FORMATS = "PNG, JPEG, WebP, GIF or BMP";
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n/, "PNG"],
  [/^\xff\xd8\xff/, "JPEG"],
  [/^GIF8[79]a/, "GIF"],
  [/^RIFF[^]{4}WEBP/, "WebP"],
  [/^BM/, "BMP"],
];

/**
 * The pixels of a picture file, upright: PNG exactly, others as the browser decodes them. Works in
 * a worker. Throws an error with a sentence where the file is none or damaged.
 */
export async function decodePicture(file: Uint8Array<ArrayBuffer>): Promise<Channels> {
  const start = String.fromCharCode(...file.subarray(0, 12));
  const format = SIGNATURES.find(([signature]) => signature.test(start))?.[1];
  if (!format) {
    throw new Error(`expected a ${FORMATS} picture, got ${file.length} bytes of something else`);
  }
  try {
    if (format !== "PNG") return await decodeByBrowser(file);
    checkSize(sizeOfPng(file));
    return decodePng(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `expected a whole ${format} file, got ${file.length} bytes that cannot be decoded (${reason})`,
      { cause: error },
    );
  }
}

async function decodeByBrowser(file: Uint8Array<ArrayBuffer>): Promise<Channels> {
  const bitmap = await createImageBitmap(new Blob([file]), {
    imageOrientation: "from-image",
    // the file's own levels
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  try {
    const { width, height } = bitmap;
    checkSize(bitmap);
    const context = contextOf(width, height);
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    checkNoise();
    return { data: new Uint8Array(data.buffer), width, height, channels: 4 };
  } finally {
    bitmap.close();
  }
}

function checkSize({ width, height }: { readonly width: number; readonly height: number }) {
  if (width * height > MOST_PIXELS) {
    throw new Error(
      `expected at most ${MOST_PIXELS} pixels, got ${width} × ${height} = ${width * height}`,
    );
  }
}

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser has no canvas here");
  return context;
}

/** Some browsers return noise from a canvas, against fingerprinting. */
function checkNoise() {
  const context = contextOf(8, 8);
  context.fillStyle = "#000";
  context.fillRect(0, 0, 8, 8);
  const { data } = context.getImageData(0, 0, 8, 8);
  if (data.some((value, i) => i % 4 !== 3 && value > MOST_NOISE)) {
    throw new Error("this browser scrambles decoded pictures as a protection; save it as PNG");
  }
}
