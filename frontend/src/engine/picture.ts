import { percentile, type Pixels } from "./ink";

// the service's own limits: ml_engine_and_backend/engine/decoding.py says why they are so
const WORKING_SIDE_PX = 1024;
const ONE_TONE_SPREAD = 64;

/** A decoded picture, upright, row by row: grey, RGB or RGBA with 8 bits a channel. */
export interface Channels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** A picture flat and grey, as the service reads it. */
export interface Picture {
  readonly grey: Pixels;
  readonly width: number;
  readonly height: number;
  /** A pixel of `grey` stands for so many of the picture, across and down. */
  readonly reduction: number;
}

/**
 * The grey levels of a picture, a large one reduced by area averaging. Colours are as far from the
 * background as their strongest channel, and what is see-through becomes background
 * (ml_engine_and_backend/engine/decoding.py, whose levels these are).
 */
export function pictureOf(channels: Channels): Picture {
  const { width, height } = channels;
  const reduction = Math.ceil(Math.max(width, height) / WORKING_SIDE_PX);
  return { grey: greyOf(reduced(channels, reduction)), width, height, reduction };
}

/** The pixels of a picture's outer ring, a twentieth of the shorter side wide. */
export function borderOf({ data, width, height }: Pixels): Pixels["data"] {
  const wide = borderWidth({ width, height });
  const size = width * height - Math.max(0, width - 2 * wide) * Math.max(0, height - 2 * wide);
  const border = data instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const isWhole = y < wide || y >= height - wide || width <= 2 * wide;
    const row = data.subarray(y * width, (y + 1) * width);
    const parts = isWhole ? [row] : [row.subarray(0, wide), row.subarray(width - wide)];
    for (const part of parts) {
      border.set(part, at);
      at += part.length;
    }
  }
  return border;
}

export function borderWidth({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}) {
  return Math.max(1, Math.floor(Math.min(width, height) / 20));
}

export function median(values: Pixels["data"]): number {
  return percentile(values.toSorted(), 0.5);
}

/** Levels one by one; a loop, since a typed array's `from` is twenty times as slow. */
export function floats(length: number, level: (i: number) => number): Float32Array {
  const data = new Float32Array(length);
  for (let i = 0; i < length; i += 1) data[i] = level(i);
  return data;
}

/** The same of whole numbers in 0..255. */
export function bytes(length: number, level: (i: number) => number): Uint8Array {
  const data = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) data[i] = level(i);
  return data;
}

function reduced({ data, width, height, channels }: Channels, by: number): Channels {
  if (by === 1) return { data, width, height, channels };
  const wide = Math.ceil(width / by);
  const high = Math.ceil(height / by);
  const small = new Uint8Array(wide * high * channels);
  const sums = new Float64Array(channels);
  for (let y = 0; y < high; y += 1) {
    for (let x = 0; x < wide; x += 1) {
      sums.fill(0);
      const bottom = Math.min(height, (y + 1) * by);
      const right = Math.min(width, (x + 1) * by);
      for (let row = y * by; row < bottom; row += 1) {
        for (let column = x * by; column < right; column += 1) {
          const from = (row * width + column) * channels;
          // hidden colours must not bleed into visible ones: averaged as premultiplied
          const weight = channels === 4 ? (data[from + 3] ?? 0) / 255 : 1;
          for (let c = 0; c < channels; c += 1) {
            sums[c] = (sums[c] ?? 0) + (data[from + c] ?? 0) * (c === 3 ? 1 : weight);
          }
        }
      }
      const count = (bottom - y * by) * (right - x * by);
      const opacity = channels === 4 ? (sums[3] ?? 0) / 255 : count;
      const to = (y * wide + x) * channels;
      for (let c = 0; c < channels; c += 1) {
        const over = c === 3 ? count : opacity;
        small[to + c] = over === 0 ? 0 : Math.floor((sums[c] ?? 0) / over + 0.5);
      }
    }
  }
  return { data: small, width: wide, height: high, channels };
}

function greyOf({ data, width, height, channels }: Channels): Pixels {
  const size = width * height;
  if (channels === 1) return { data, width, height };
  const at = (i: number, c: number) => data[i * channels + c] ?? 0;
  const levels = (level: (i: number) => number) => ({
    data: floats(size, level),
    width,
    height,
  });
  // as Pillow weighs them (ITU-R 601-2)
  const luminance = levels(
    (i) => (at(i, 0) * 19595 + at(i, 1) * 38470 + at(i, 2) * 7471 + 0x8000) >> 16,
  );
  if (channels === 4) {
    const alpha = bytes(size, (i) => at(i, 3));
    if (alpha.some((opacity) => opacity < 255)) return flattened(luminance, alpha);
  }
  let isGrey = true;
  for (let i = 0; i < size && isGrey; i += 1) {
    isGrey = at(i, 0) === at(i, 1) && at(i, 0) === at(i, 2);
  }
  if (isGrey) return { data: bytes(size, (i) => at(i, 0)), width, height };

  // red on a green of the same luminance stands out
  const ground = median(borderOf(luminance));
  const background = [0, 1, 2].map((c) => {
    const channel = bytes(size, (i) => at(i, c));
    return Math.trunc(median(borderOf({ data: channel, width, height })));
  });
  return levels((i) => {
    let strongest = 0;
    background.forEach((tone, c) => {
      const difference = at(i, c) - tone;
      if (Math.abs(difference) > Math.abs(strongest)) strongest = difference;
    });
    return ground + strongest;
  });
}

/**
 * A picture with see-through pixels on the background that its visible ones call for: the tone of
 * their edge, where they are of several tones; else the opacity is the drawing.
 */
function flattened({ data: grey, width, height }: Pixels, alpha: Uint8Array): Pixels {
  const most = alpha.reduce((a, b) => Math.max(a, b), 0);
  const visible = alpha.map((opacity) => (opacity > Math.floor(most / 2) ? 1 : 0));
  const tones = grey.filter((_, i) => visible[i] === 1);
  if (tones.length === 0) return { data: new Float32Array(grey.length).fill(255), width, height };
  const opacity = (i: number) => (alpha[i] ?? 0) / 255;
  if (spread(tones) > ONE_TONE_SPREAD) {
    const isSeen = (x: number, y: number) =>
      x >= 0 && x < width && y >= 0 && y < height && visible[y * width + x] === 1;
    const edge = grey.filter((_, i) => {
      const y = Math.floor(i / width);
      const x = i - y * width;
      const isInner = isSeen(x - 1, y) && isSeen(x + 1, y) && isSeen(x, y - 1) && isSeen(x, y + 1);
      return visible[i] === 1 && !isInner;
    });
    if (spread(edge) <= ONE_TONE_SPREAD) {
      const ground = median(edge);
      const data = floats(
        grey.length,
        (i) => (grey[i] ?? 0) * opacity(i) + ground * (1 - opacity(i)),
      );
      return { data, width, height };
    }
  }
  const isDark = median(tones) < 128;
  const data = floats(grey.length, (i) => 255 * (isDark ? 1 - opacity(i) : opacity(i)));
  return { data, width, height };
}

function spread(tones: Pixels["data"]): number {
  const sorted = tones.toSorted();
  return percentile(sorted, 0.95) - percentile(sorted, 0.05);
}
