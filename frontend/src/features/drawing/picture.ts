import { canvasToBlob, isReadbackRandomised } from "./canvas";
import { fitWithin } from "./geometry";
import type { PixelBox, Size } from "./regions";

/** A picture that was opened, pasted or dropped. */
export interface Picture {
  readonly name: string;
  /** For the field; null where the browser does not know the format, though the server may. */
  readonly bitmap: ImageBitmap | null;
  /** For the server: the original bytes, unless they had to be shrunk or converted. */
  readonly body: Blob;
  /** Of the upright picture that is sent, in whose pixels all boxes are. */
  readonly size: Size;
  readonly shrunk: boolean;
  /** The part that is to be read; null for all of it. */
  readonly region: PixelBox | null;
  /** What names it in a link to the page; null for a picture that only the visitor has. */
  readonly link: PictureLink | null;
}

/** A digit of MNIST's test split by its index, or a kept drawing by its id. */
export interface PictureLink {
  readonly parameter: "digit" | "drawing";
  readonly value: string;
}

/** The message is a sentence for people. */
export class UnusablePicture extends Error {
  override readonly name = "UnusablePicture";
}

/** More takes long to send on a phone, and has no more to read. */
export const MOST_BYTES = 1024 * 1024;
/** A photograph has no more to read at a larger size. */
export const LONGEST_SIDE = 2048;
const SIDES_TO_TRY = [LONGEST_SIDE, 1536, 1024, 768, 512];
const QUALITY = 0.9;
/** Any square will do for a picture that is not shown. */
const UNKNOWN_SIZE: Size = { width: 1, height: 1 };

const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8[79]a/, "image/gif"],
  [/^RIFF[^]{4}WEBP/, "image/webp"],
  [/^BM/, "image/bmp"],
  [/^[^]{4}ftyp(heic|heix|mif1)/, "image/heic"],
  [/^[^]{4}ftypavif/, "image/avif"],
  [/^(II\*\0|MM\0\*)/, "image/tiff"],
];
/** Those that the server is known to read. */
const READ_BY_SERVER = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"]);
/** Those without transparency. */
const OPAQUE = new Set(["image/jpeg", "image/bmp", "image/heic"]);

/** The media type by the first bytes: a file's name and declared type may be wrong. */
export function sniffMediaType(bytes: Uint8Array): string | null {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  return SIGNATURES.find(([signature]) => signature.test(text))?.[1] ?? null;
}

/** Whether the picture is too large to be sent as it is, or of a format that only browsers read. */
export function mustBeConverted(picture: {
  readonly bytes: number;
  readonly size: Size;
  readonly mediaType: string | null;
}): boolean {
  const { bytes, size, mediaType } = picture;
  return mediaType === null || !READ_BY_SERVER.has(mediaType) || isTooLarge(bytes, size);
}

function isTooLarge(bytes: number, { width, height }: Size): boolean {
  return bytes > MOST_BYTES || Math.max(width, height) > LONGEST_SIDE;
}

export async function readPicture(
  file: Blob,
  name: string,
  link: PictureLink | null = null,
): Promise<Picture> {
  const mediaType = sniffMediaType(new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  const body = file.slice(0, file.size, mediaType ?? "");
  const original = { name, body, region: null, link };
  // upright, as the server turns it
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(
    () => null,
  );
  if (!bitmap) {
    if (mediaType === null) {
      throw new UnusablePicture(`“${name}” is not a picture that this browser can open.`);
    }
    return { ...original, bitmap, size: UNKNOWN_SIZE, shrunk: false };
  }
  const size = { width: bitmap.width, height: bitmap.height };
  if (!mustBeConverted({ bytes: file.size, size, mediaType })) {
    return { ...original, bitmap, size, shrunk: false };
  }
  if (isReadbackRandomised()) {
    throw new UnusablePicture(
      `“${name}” would have to be converted, and this browser scrambles converted pictures as a protection against fingerprinting. Allow this page to use canvas data, or open a PNG or JPEG file of at most 1 MB and ${LONGEST_SIDE} pixels a side.`,
    );
  }
  const type = mediaType !== null && OPAQUE.has(mediaType) ? "image/jpeg" : "image/webp";
  const converted = await convert(bitmap, type);
  bitmap.close(); // tens of megabytes for a photograph
  return { ...original, ...converted, shrunk: isTooLarge(file.size, size) };
}

/** The picture at the largest size whose encoding the server takes. */
async function convert(bitmap: ImageBitmap, type: string) {
  for (const side of SIDES_TO_TRY) {
    const size = fitWithin(bitmap, side);
    const small = await createImageBitmap(bitmap, {
      resizeWidth: size.width,
      resizeHeight: size.height,
      resizeQuality: "high",
    });
    const canvas = document.createElement("canvas");
    Object.assign(canvas, size);
    canvas.getContext("2d")?.drawImage(small, 0, 0);
    const body = await canvasToBlob(canvas, type, QUALITY);
    if (body.size <= MOST_BYTES || side === SIDES_TO_TRY.at(-1)) {
      return { body, bitmap: small, size };
    }
    small.close();
  }
  throw new Error("expected a size to try, got none");
}
