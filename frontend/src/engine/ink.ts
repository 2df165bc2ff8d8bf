// the service's own limits: ml_engine_and_backend/engine/ink.py says why they are so
export const MIN_CONTRAST = 6.5;
const RIM_SHARE = 0.15;
const FAINT_SHARE = 0.4;
const SPECK_AREA_SHARE = 0.03;
const SPECK_SIDE_SHARE = 0.15;
const MIN_COMPONENT_PX = 8;
const MIN_COMPONENT_SIDE_SHARE = 0.04;
const MAX_DOT_SIDE_SHARE = 0.12;
const MIN_DOT_WIDTH_SHARE = 0.8;

/** The ink within its box; pixels row by row. */
export interface Ink {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** 0..`full`; 0 wherever the mask is not. */
  readonly strength: Float32Array;
  readonly full: number;
  /** 1 where there is ink. */
  readonly mask: Uint8Array;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Grey levels or the ink's strength, row by row: floats where they are computed. */
export interface Pixels {
  readonly data: Uint8Array | Float32Array;
  readonly width: number;
  readonly height: number;
}

/** 1 where something is, row by row. */
export interface Mask extends Pixels {
  readonly data: Uint8Array;
}

/**
 * The digit's ink in grey pixels, `side` wide and high, dark on white, without specks; null where
 * there is none, or only specks or a dot.
 */
export function findInk(grey: Uint8Array, side: number): Ink | null {
  const inverted = { data: grey.map((value) => 255 - value), width: side, height: side };
  const all = boxOf(atLeast(inverted, MIN_CONTRAST));
  if (!all) return null;
  const levels = crop(inverted, all);
  let mask = atLeast(levels, MIN_CONTRAST);
  const margin = Math.min(all.left, all.top, side - all.right, side - all.bottom);
  if (margin < Math.floor(side / 20)) mask = strongComponents(levels, mask);
  return inkOf(levels, mask, all, side);
}

/**
 * The ink of a mask, without specks; null where that is only specks or a dot. The mask lies at a
 * corner of a picture whose longer side is `side`.
 */
export function inkOf(
  levels: Pixels,
  mask: Mask,
  corner: { readonly left: number; readonly top: number },
  side: number,
  check: (cleaned: Mask) => void = () => undefined,
): Ink | null {
  // specks go before the ink's strength is taken, else black ones would hide a faint digit
  const cleaned = withoutSpecks(mask);
  if (!cleaned) return null;
  check(cleaned.mask);
  const { fullest, strongest } = fullStrength(levels, cleaned.mask);
  const withRim = atLeast(levels, Math.max(MIN_CONTRAST, RIM_SHARE * fullest), cleaned.mask);
  const box = boxOf(withRim);
  if (!box) return null;
  const inked = crop(withRim, box);
  let { longest } = cleaned;
  if (cleaned.count === 1) {
    // the rim makes it longer, which is of interest only where it is short
    longest = longerSide(box);
    if (longest < MIN_COMPONENT_PX) longest = longerSide(boxOf(cleaned.mask) ?? box);
  }
  if (isNoDigit(inked, longest, side)) return null;
  const inBox = crop(levels, box);
  const full = fullest === strongest ? fullest : fullStrength(inBox, inked).fullest;
  const { width, height } = inked;
  const strength = new Float32Array(width * height);
  for (let i = 0; i < strength.length; i += 1) {
    if (inked.data[i] === 1) strength[i] = Math.min(inBox.data[i] ?? 0, full);
  }
  const [left, top] = [corner.left + box.left, corner.top + box.top];
  return { left, top, width, height, strength, full, mask: inked.data };
}

export function atLeast({ data, width, height }: Pixels, least: number, within?: Mask): Mask {
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 1) {
    if ((data[i] ?? 0) >= least && within?.data[i] !== 0) mask[i] = 1;
  }
  return { data: mask, width, height };
}

export function boxOf({ data, width }: Mask): Box | null {
  const first = data.indexOf(1);
  if (first === -1) return null;
  const top = Math.floor(first / width);
  const bottom = Math.floor(data.lastIndexOf(1) / width) + 1;
  let left = width;
  let right = 0;
  for (let y = top; y < bottom; y += 1) {
    const row = data.subarray(y * width, (y + 1) * width);
    const start = row.indexOf(1);
    if (start === -1) continue;
    left = Math.min(left, start);
    right = Math.max(right, row.lastIndexOf(1) + 1);
  }
  return { left, top, right, bottom };
}

export function crop(pixels: Mask, box: Box): Mask;
export function crop(pixels: Pixels, box: Box): Pixels;
export function crop({ data, width }: Pixels, { left, top, right, bottom }: Box): Pixels {
  const size = (right - left) * (bottom - top);
  const cropped = data instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size);
  for (let y = top; y < bottom; y += 1) {
    cropped.set(data.subarray(y * width + left, y * width + right), (y - top) * (right - left));
  }
  return { data: cropped, width: right - left, height: bottom - top };
}

function longerSide({ left, top, right, bottom }: Box): number {
  return Math.max(right - left, bottom - top);
}

interface Components {
  /** The component of each pixel from 1; 0 outside. */
  readonly labels: Uint32Array;
  readonly areas: number[];
  readonly boxes: Box[];
}

/** The connected components of a mask; pixels touch along their sides and at their corners. */
function findComponents({ data, width, height }: Mask): Components {
  const labels = new Uint32Array(data.length);
  const areas: number[] = [];
  const boxes: Box[] = [];
  const waiting: number[] = [];
  for (let start = data.indexOf(1); start !== -1; start = data.indexOf(1, start + 1)) {
    if (labels[start] !== 0) continue;
    const label = areas.length + 1;
    let [area, left, top, right, bottom] = [0, width, height, 0, 0];
    labels[start] = label;
    waiting.push(start);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const y = Math.floor(at / width);
      const x = at - y * width;
      area += 1;
      if (x < left) left = x;
      if (y < top) top = y;
      if (x >= right) right = x + 1;
      if (y >= bottom) bottom = y + 1;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
          const next = row * width + column;
          if (data[next] !== 1 || labels[next] !== 0) continue;
          labels[next] = label;
          waiting.push(next);
        }
      }
    }
    areas.push(area);
    boxes.push({ left, top, right, bottom });
  }
  return { labels, areas, boxes };
}

function keep(mask: Mask, labels: Uint32Array, kept: readonly boolean[]): Mask {
  return { ...mask, data: mask.data.map((inside, i) => (kept[(labels[i] ?? 0) - 1] ? inside : 0)) };
}

/** Of a drawing that reaches the border: what is faint everywhere is no stroke. */
export function strongComponents(
  levels: Pixels,
  mask: Mask,
  check: (stronger: Mask) => void = () => undefined,
): Mask {
  const full = percentile90(levels, mask);
  const stronger = atLeast(levels, RIM_SHARE * full, mask);
  check(stronger);
  const { labels, areas } = findComponents(stronger);
  const isStrong = areas.map(() => false);
  labels.forEach((label, i) => {
    if (label !== 0 && (levels.data[i] ?? 0) >= FAINT_SHARE * full) isStrong[label - 1] = true;
  });
  return keep(stronger, labels, isStrong);
}

/** The mask without the components both much smaller and much shorter than the largest one. */
function withoutSpecks(mask: Mask) {
  const { labels, areas, boxes } = findComponents(mask);
  const largest = areas.indexOf(areas.reduce((a, b) => Math.max(a, b), 0));
  const [area, box] = [areas[largest], boxes[largest]];
  if (area === undefined || box === undefined) return null;
  const kept = areas.map(
    (each, i) =>
      each >= SPECK_AREA_SHARE * area ||
      longerSide(boxes[i] ?? box) >= SPECK_SIDE_SHARE * longerSide(box),
  );
  const cleaned = kept.every(Boolean) ? mask : keep(mask, labels, kept);
  return { mask: cleaned, count: areas.length, longest: longerSide(box) };
}

/**
 * How strong the ink is where it is full, and where it is strongest: nine tenths of the ink are
 * weaker than full, and specks stronger.
 */
function fullStrength(levels: Pixels, mask: Mask) {
  let strongest = 0;
  let count = 0;
  let inked = 0;
  for (let i = 0; i < mask.data.length; i += 1) {
    if (mask.data[i] !== 1) continue;
    const level = levels.data[i] ?? 0;
    inked += 1;
    if (level > strongest) [strongest, count] = [level, 0];
    if (level === strongest) count += 1;
  }
  const mustSort = count <= 0.1 * mask.data.length + 1 && count <= 0.1 * inked + 1;
  return { fullest: mustSort ? percentile90(levels, mask) : strongest, strongest };
}

/** The level that nine tenths of the ink do not exceed. */
function percentile90(levels: Pixels, mask: Mask): number {
  return percentile(levels.data.filter((_, i) => mask.data[i] === 1).sort(), 0.9);
}

/** The value at a share of the way through sorted values, interpolated as NumPy does. */
export function percentile(sorted: Uint8Array | Float32Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? below) - below);
}

/** Whether it is only specks, or one fat dot; a fat digit's strokes are narrower than a dot. */
function isNoDigit(mask: Mask, longest: number, side: number): boolean {
  const least = Math.max(Math.min(MIN_COMPONENT_PX, MIN_COMPONENT_SIDE_SHARE * side), 4);
  if (longest < least) return true;
  const longer = Math.max(mask.width, mask.height);
  if (longer >= MAX_DOT_SIDE_SHARE * side) return false;
  return 2 * inscribedRadius(mask) >= MIN_DOT_WIDTH_SHARE * longer;
}

/** The largest distance of an inked pixel to the nearest one without ink; for small masks only. */
function inscribedRadius({ data, width, height }: Mask): number {
  let largest = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (data[y * width + x] !== 1) continue;
      let nearest = Infinity;
      // from one outside the box on each side
      for (let row = -1; row <= height; row += 1) {
        for (let column = -1; column <= width; column += 1) {
          const isInside = row >= 0 && row < height && column >= 0 && column < width;
          if (isInside && data[row * width + column] === 1) continue;
          nearest = Math.min(nearest, (row - y) ** 2 + (column - x) ** 2);
        }
      }
      largest = Math.max(largest, nearest);
    }
  }
  return Math.sqrt(largest);
}
