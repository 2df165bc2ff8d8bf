import { boxOf, crop, type Mask } from "./ink";
import { roundHalfEven } from "./preprocessing";

// the service's own limits: ml_engine_and_backend/engine/ruled_lines.py says why they are so
const MIN_SIDE_PX = 48;
const COVERED_SHARE = 0.8;
const EDGE_SHARE = 0.03;
const SLOPES = Array.from({ length: 29 }, (_, i) => -0.07 + i * 0.005);
const SEARCH_SIDE_PX = 256;
const MAX_LINES = 40;
const BLOCKS = 16;
const BOX_MARGIN_SHARE = 0.15;

/**
 * Whether lines cross the whole picture, level or upright, as those of ruled paper. The service
 * takes them away (or sees that they are a stroke), which is not done here.
 */
export function hasLines(mask: Mask): boolean {
  const [level, upright] = [linesOf(mask), linesOf(turned(mask))];
  return level.length + upright.length > 0 && Math.max(level.length, upright.length) <= MAX_LINES;
}

/** Whether there are straight lines on three or four sides of all there is: a form's box. */
export function hasBox(mask: Mask): boolean {
  const box = boxOf(mask);
  if (!box) return false;
  const inside = crop(mask, box);
  const across = turned(inside);
  if (!mayHaveBox(inside, across)) return false;
  return [inside, across].reduce((sides, each) => sides + sidesWithLine(each), 0) >= 3;
}

/** How many of the first and the last rows, the box's margins, have a line. */
function sidesWithLine(mask: Mask): number {
  const { height } = mask;
  const depth = BOX_MARGIN_SHARE * height;
  // a box's corners may be round
  const outer = linesOf(mask, BOX_MARGIN_SHARE).filter(
    (row) => row <= depth || row >= height - depth,
  );
  return new Set(outer.map((row) => row < height / 2)).size;
}

/** Whether three sides have a row or a column that is nearly full: cheap, and rarely so. */
function mayHaveBox(mask: Mask, across: Mask): boolean {
  if (Math.min(mask.width, mask.height) < MIN_SIDE_PX) return false;
  const full = [mask, across].flatMap(({ data, width, height }) => {
    const depth = Math.max(2, roundHalfEven(BOX_MARGIN_SHARE * height));
    return [0, height - depth].filter((top) => {
      // a line that slopes is in several rows
      const filled = Array.from({ length: width }, (_, x) => {
        for (let y = top; y < top + depth; y += 1) if (data[y * width + x] === 1) return 1;
        return 0;
      });
      return filled.filter(Boolean).length >= COVERED_SHARE * width;
    });
  });
  return full.length >= 3;
}

/** The rows of nearly level lines that begin and end in the outer `edgeShare` of the columns. */
function linesOf(mask: Mask, edgeShare = EDGE_SHARE): number[] {
  if (Math.min(mask.width, mask.height) < MIN_SIDE_PX) return [];
  const by = Math.ceil(Math.max(mask.width, mask.height) / SEARCH_SIDE_PX);
  const small = shrunk(mask, by);
  const best = covered(small, Math.max(1, roundHalfEven(edgeShare * small.width)));
  const rows: number[] = [];
  best.forEach((share, row) => {
    if (share < COVERED_SHARE) return;
    const near = best.slice(Math.max(0, row - 2), row + 3);
    const last = rows.at(-1);
    if (share === Math.max(...near) && (last === undefined || row * by - last > 2 * by)) {
      rows.push(row * by);
    }
  });
  return rows;
}

/** The mask `by` times smaller, each row joined with the one above: a line may lie between two. */
function shrunk({ data, width, height }: Mask, by: number): Mask {
  const [wide, high] = [Math.ceil(width / by), Math.ceil(height / by)];
  const small = new Uint8Array(wide * high);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / by) * wide;
    for (let x = 0; x < width; x += 1) {
      if (data[y * width + x] === 1) small[row + Math.floor(x / by)] = 1;
    }
  }
  const joined = small.map((value, i) => value | (i < wide ? 0 : (small[i - wide] ?? 0)));
  return { data: joined, width: wide, height: high };
}

/**
 * How much of the best line from each row is there, of all slopes; 0 for a line that is nowhere in
 * the first, or in the last, `edge` columns. Columns are taken together in blocks, in which a line
 * hardly rises.
 */
function covered({ data, width, height }: Mask, edge: number): number[] {
  const step = Math.max(1, Math.floor(width / BLOCKS));
  const starts = Array.from({ length: Math.ceil(width / step) }, (_, i) => i * step);
  const sizes = starts.map((start) => Math.min(step, width - start));
  const counted = starts.map((start, block) =>
    Array.from({ length: height }, (_, y) => inked(y, start, start + (sizes[block] ?? 0))),
  );
  const [first, last] = [
    [0, edge],
    [width - edge, width],
  ].map(([from = 0, to = 0]) => Array.from({ length: height }, (_, y) => inked(y, from, to) > 0));
  const best = Array.from({ length: height }, () => 0);
  for (const slope of SLOPES) {
    const rises = starts.map((start, block) =>
      roundHalfEven(slope * (start + (sizes[block] ?? 0) / 2 - width / 2)),
    );
    for (let row = 0; row < height; row += 1) {
      if (!first?.[row + (rises[0] ?? 0)] || !last?.[row + (rises.at(-1) ?? 0)]) continue;
      let [there, possible] = [0, 0];
      rises.forEach((rise, block) => {
        // a line may leave the picture above or below
        if (row + rise < 0 || row + rise >= height) return;
        there += counted[block]?.[row + rise] ?? 0;
        possible += sizes[block] ?? 0;
      });
      best[row] = Math.max(best[row] ?? 0, there / Math.max(possible, width / 2));
    }
  }
  return best;

  function inked(y: number, from: number, to: number): number {
    let count = 0;
    for (let x = from; x < to; x += 1) count += data[y * width + x] ?? 0;
    return count;
  }
}

/** The mask with its rows as columns. */
function turned({ data, width, height }: Mask): Mask {
  const across = new Uint8Array(data.length);
  data.forEach((value, i) => {
    across[(i % width) * height + Math.floor(i / width)] = value;
  });
  return { data: across, width: height, height: width };
}
