import { convertIndexedToRgb, decode, type DecodedPng } from "fast-png";
import type { Channels } from "./picture";

/**
 * The pixels of a PNG file of any kind, with 8 bits a channel; no canvas is read back, since some
 * browsers return noise from it. Throws where the file is damaged.
 */
export function decodePng(file: Uint8Array): Channels {
  const png = decode(file, { checkCrc: true });
  const { width, height, transparency } = png;
  if (png.palette) return pixels(convertIndexedToRgb(png), width, height);
  // an index into grey levels, which is no palette of the file's
  if (png.depth < 8) {
    const levels = 2 ** png.depth;
    const palette = Array.from({ length: levels }, (_, i): [number, number, number] => {
      const level = (255 * i) / (levels - 1);
      return [level, level, level];
    });
    return pixels(convertIndexedToRgb({ ...png, palette }), width, height);
  }
  const data = eightBits(png);
  if (!transparency) return pixels(data, width, height);
  // of the colours one is see-through
  const { channels } = png;
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i += 1) {
    let isKey = true;
    for (let c = 0; c < 3; c += 1) {
      const from = i * channels + Math.min(c, channels - 1);
      rgba[4 * i + c] = data[from] ?? 0;
      isKey &&= png.data[from] === transparency[Math.min(c, channels - 1)];
    }
    rgba[4 * i + 3] = isKey ? 0 : 255;
  }
  return { data: rgba, width, height, channels: 4 };
}

/** The size that a PNG file says it has; its header comes first. */
export function sizeOfPng(file: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 24) throw new Error("it breaks off");
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function eightBits({ data, depth, channels }: DecodedPng): Uint8Array {
  if (depth === 8) return Uint8Array.from(data);
  // as the service: grey levels in proportion, of others the higher byte
  if (channels === 1) return Uint8Array.from(data, (level) => Math.floor(level / 257));
  return Uint8Array.from(data, (level) => level >> 8);
}

function pixels(data: Uint8Array, width: number, height: number): Channels {
  const channels = data.length / (width * height);
  if (channels !== 2) {
    if (channels === 1 || channels === 3 || channels === 4) {
      return { data, width, height, channels };
    }
    throw new Error(`expected 1 to 4 channels, got ${channels}`);
  }
  // grey with its opacity
  const rgba = Uint8Array.from({ length: 2 * data.length }, (_, i) => {
    const at = Math.floor(i / 4) * 2;
    return data[i % 4 === 3 ? at + 1 : at] ?? 0;
  });
  return { data: rgba, width, height, channels: 4 };
}
