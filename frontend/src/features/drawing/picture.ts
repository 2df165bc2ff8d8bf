import { canvasToBlob, isReadbackRandomised } from "./canvas";
import { fitWithin } from "./geometry";

/** A picture that was opened, pasted or dropped. */
export interface Picture {
  readonly name: string;
  /** For the field. */
  readonly bitmap: ImageBitmap;
  /** For the server: the original bytes, unless they had to be shrunk or converted. */
  readonly body: Blob;
  readonly shrunk: boolean;
}

/** The message is a sentence for people. */
export class UnusablePicture extends Error {
  override readonly name = "UnusablePicture";
}

/** The server's default limits; a phone's photo exceeds them. */
export const MOST_BYTES = 1024 * 1024;
export const MOST_PIXELS = 4096 * 4096;
const SIDES_TO_TRY = [1024, 768, 512, 384];

/** The media type by the first bytes: a file's name and declared type may be wrong. */
export function sniffMediaType(bytes: Uint8Array): string | null {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "image/gif";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "image/webp";
  if (text.startsWith("BM")) return "image/bmp";
  return null;
}

/** Whether the server would refuse the picture as it is, for its size or format. */
export function mustBeConverted(picture: {
  readonly bytes: number;
  readonly pixels: number;
  readonly mediaType: string | null;
}): boolean {
  return picture.mediaType === null || picture.bytes > MOST_BYTES || picture.pixels > MOST_PIXELS;
}

export async function readPicture(file: Blob, name: string): Promise<Picture> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new UnusablePicture(`“${name}” is not a picture that this browser can open.`);
  });
  const mediaType = sniffMediaType(new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  const pixels = bitmap.width * bitmap.height;
  if (!mustBeConverted({ bytes: file.size, pixels, mediaType })) {
    return { name, bitmap, body: file.slice(0, file.size, mediaType ?? ""), shrunk: false };
  }
  if (isReadbackRandomised()) {
    throw new UnusablePicture(
      `“${name}” would have to be converted, and this browser scrambles converted pictures as a protection against fingerprinting. Allow this page to use canvas data, or open a PNG or JPEG file of at most 1 MB.`,
    );
  }
  return { name, bitmap, body: await shrink(bitmap), shrunk: true };
}

async function shrink(bitmap: ImageBitmap): Promise<Blob> {
  let smallest: Blob | null = null;
  for (const side of SIDES_TO_TRY) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, fitWithin(bitmap, side));
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    // WebP keeps transparency
    smallest = await canvasToBlob(canvas, "image/webp", 0.92);
    if (smallest.size <= MOST_BYTES) return smallest;
  }
  if (!smallest) throw new Error("expected a size to try, got none");
  return smallest;
}
