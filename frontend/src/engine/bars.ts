import { crop, type Box, type Mask, type Pixels } from "./ink";
import { bytes, floats, median } from "./picture";

// the service's own limits: ml_engine_and_backend/engine/bars.py says why they are so
const TOLERANCE = 6;
const OTHER_SHARE = 0.02;
const EDGE_SHARE = 0.9;
const ALL_SHARE = 0.95;
const THIN_SHARE = 0.06;
export const RIM_PX = 2;
const MIN_BARRED_PX = 48;

/** The picture within bars of one tone on one to four of its sides; null where there are none. */
export function withoutBars({ data, width, height }: Pixels): Box | null {
  if (Math.min(width, height) < 3 * RIM_PX) return null;
  const rows = [0, height - 1].map((y) => data.slice(y * width, (y + 1) * width));
  const columns = [0, width - 1].map((x) => floats(height, (y) => data[y * width + x] ?? 0));
  const tones = new Set<number>();
  for (const edge of [...rows, ...columns]) {
    const tone = median(edge);
    const others = edge.filter((level) => Math.abs(level - tone) > TOLERANCE);
    if (tones.has(tone) || others.length > OTHER_SHARE * edge.length) continue;
    tones.add(tone);
    const apart = bytes(data.length, (i) => (Math.abs((data[i] ?? 0) - tone) > TOLERANCE ? 1 : 0));
    const inside = within({ data: apart, width, height });
    if (!inside) continue;
    // what is of one tone itself is a bar beside the picture
    const levels = crop({ data, width, height }, inside).data.toSorted();
    if ((levels.at(-1) ?? 0) - (levels[0] ?? 0) > 2 * TOLERANCE) return inside;
  }
  return null;
}

/** The rectangle of pixels that are apart from a bar's tone; null where they are no picture. */
function within(apart: Mask): Box | null {
  const { width, height } = apart;
  const all = apart.data.reduce(sum, 0);
  if (all === 0) return null;
  const [top, bottom] = fullLines(apart, "rows");
  const [left, right] = fullLines(apart, "columns");
  const cut = [top > 0, bottom < height, left > 0, right < width] as const;
  const isSmall = Math.min(width, height) < MIN_BARRED_PX;
  if (!cut.includes(true) || (isSmall && cut.includes(false))) return null;
  const box = crop(apart, { left, top, right, bottom });
  if (box.data.reduce(sum, 0) < ALL_SHARE * all) return null;

  const [rows, columns] = [counts(box, "rows"), counts(box, "columns")];
  const bands = [rows.slice(0, 3), rows.slice(-3), columns.slice(0, 3), columns.slice(-3)];
  // of the picture's edges along bars, how much is of the bar's tone
  const same = bands.flatMap((band, side) =>
    cut[side] ? [band.map((count) => 1 - count / (side < 2 ? box.width : box.height))] : [],
  );
  const thickest = Math.max(top, height - bottom, left, width - right) / Math.min(width, height);
  const isTouched = same.some((shares) => shares.some((share) => share > 0));
  if (same.length <= 2 && thickest < THIN_SHARE && isTouched) return null;
  if (same.some((shares) => Math.min(...shares) > 1 - EDGE_SHARE)) return null;
  const rim = Math.min(box.width, box.height) >= MIN_BARRED_PX ? RIM_PX : 0;
  return {
    left: left + rim * Number(cut[2]),
    top: top + rim * Number(cut[0]),
    right: right - rim * Number(cut[3]),
    bottom: bottom - rim * Number(cut[1]),
  };
}

/** From the first to behind the last line that has nearly as many as the fullest. */
function fullLines(mask: Mask, lines: "rows" | "columns"): [first: number, behind: number] {
  const found = counts(mask, lines);
  const least = EDGE_SHARE * Math.max(1, ...found);
  return [
    found.findIndex((count) => count >= least),
    found.findLastIndex((count) => count >= least) + 1,
  ];
}

/** How many pixels of each row or column are in the mask. */
export function counts({ data, width, height }: Mask, lines: "rows" | "columns"): number[] {
  const found = Array.from({ length: lines === "rows" ? height : width }, () => 0);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const line = lines === "rows" ? y : x;
      found[line] = (found[line] ?? 0) + (data[y * width + x] ?? 0);
    }
  }
  return found;
}

const sum = (a: number, b: number) => a + b;
