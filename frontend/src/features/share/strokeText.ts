import { EXPORT_SIDE, flatten } from "../../engine/rasterise";
import type { Point, Stroke } from "../../engine/strokes";

/** Places and widths are whole eighths of a pixel of the picture that is sent. */
const GRID = 8 * EXPORT_SIDE;
/** How far a left-out point may lie from the line: an eighth of a pixel, too. */
const TOLERANCE = 1;
/** The first character; another way of writing gets another one. */
const VERSION = "1";

/** base64url's characters: each holds five bits, and whether the number goes on. */
const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const GOES_ON = 32;

/** Far more than a digit takes; a link that is made by hand must not keep the page busy. */
export const LONGEST_TEXT = 8_000;
/** A captured pointer draws beyond the field; farther than this it does not matter where. */
const FARTHEST = 4 * GRID;

/** The message says what was expected and what came. */
export class MalformedStrokes extends Error {
  override readonly name = "MalformedStrokes";
}

/**
 * Strokes as text for a link, a few hundred characters for a digit: the version, then of each
 * stroke the width, the number of points and the steps from point to point. Of the drawn line, the
 * corners of a polyline are kept that lies within a quarter of a pixel of it. Strokes that were
 * read from a text give the same text again. Null for what takes more than LONGEST_TEXT.
 */
export function writeStrokes(strokes: readonly Stroke[]): string | null {
  let last = { x: 0, y: 0 };
  const numbers = strokes.flatMap((stroke) => {
    const corners = cornersOf(stroke);
    const steps = corners.flatMap((corner) => {
      const step = [corner.x - last.x, corner.y - last.y];
      last = corner;
      return step;
    });
    return [Math.round(stroke.width * GRID), corners.length, ...steps];
  });
  const text = VERSION + numbers.map(writeNumber).join("");
  return text.length > LONGEST_TEXT ? null : text;
}

/** The strokes of a text; throws MalformedStrokes. */
export function readStrokes(text: string): Stroke[] {
  if (!text.startsWith(VERSION)) {
    throw new MalformedStrokes(
      `expected a drawing of version ${VERSION}, got ${text === "" ? "nothing" : `“${text.charAt(0)}”`}`,
    );
  }
  if (text.length > LONGEST_TEXT) {
    throw new MalformedStrokes(`expected at most ${LONGEST_TEXT} characters, got ${text.length}`);
  }
  const numbers = readNumbers(text.slice(VERSION.length));
  let at = 0;
  const next = (what: string, least: number, most: number): number => {
    const number = numbers[at];
    at += 1;
    if (number === undefined || number < least || number > most) {
      throw new MalformedStrokes(
        `expected ${what} from ${least} to ${most}, got ${number ?? "the end of the text"}`,
      );
    }
    return number;
  };
  const strokes: Stroke[] = [];
  let [x, y] = [0, 0];
  while (at < numbers.length) {
    const width = next("a width", 1, GRID) / GRID;
    const corners = Array.from({ length: next("a number of points", 1, numbers.length) }, () => {
      x += next("a step", -FARTHEST - x, FARTHEST - x);
      y += next("a step", -FARTHEST - y, FARTHEST - y);
      return { x: x / GRID, y: y / GRID };
    });
    strokes.push({ width, points: straightThrough(corners) });
  }
  return strokes;
}

/** The points of a stroke whose line runs straight from corner to corner: each is there twice. */
function straightThrough(corners: readonly Point[]): Point[] {
  return corners.flatMap((corner, i) =>
    i === 0 || i === corners.length - 1 ? [corner] : [corner, corner],
  );
}

/** The corners of such a stroke; null for any other. */
function cornersOfStraight(points: readonly Point[]): readonly Point[] | null {
  if (points.length % 2 === 1) return points.length === 1 ? points : null;
  const corners = points.filter((_, i) => i % 2 === 0 || i === points.length - 1);
  const isStraight = straightThrough(corners).every(
    ({ x, y }, i) => x === points[i]?.x && y === points[i].y,
  );
  return isStraight ? corners : null;
}

/** The polyline of a stroke on the grid. */
function cornersOf(stroke: Stroke): readonly Point[] {
  const corners = cornersOfStraight(stroke.points);
  const line = corners
    ? corners.map(({ x, y }) => ({ x: x * GRID, y: y * GRID }))
    : flatten(stroke.points, GRID);
  return simplify(line.map(({ x, y }) => ({ x: onGrid(x), y: onGrid(y) })));
}

function onGrid(place: number): number {
  return Math.max(-FARTHEST, Math.min(Math.round(place), FARTHEST));
}

/**
 * Leaves out the points that lie within the tolerance of the line without them: Ramer, "An
 * iterative procedure for the polygonal approximation of plane curves" (1972); Douglas and Peucker
 * (1973). Doing it again changes nothing.
 */
function simplify(line: readonly Point[]): Point[] {
  const last = line.length - 1;
  const keeps = new Set([0, last]);
  const ranges: (readonly [number, number])[] = [[0, last]];
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    const [start, end] = range;
    const [from, to] = [line[start], line[end]];
    if (!from || !to) break; // a stroke without points
    let [farthest, most] = [start, TOLERANCE];
    for (let i = start + 1; i < end; i += 1) {
      const away = distanceToSegment(line[i] ?? from, from, to);
      if (away > most) [farthest, most] = [i, away];
    }
    if (farthest === start) continue;
    keeps.add(farthest);
    ranges.push([start, farthest], [farthest, end]);
  }
  const kept = line.filter((_, i) => keeps.has(i));
  // a dot is one point, however long the pen rested
  const [first, second] = kept;
  return kept.length === 2 && first?.x === second?.x && first?.y === second?.y
    ? kept.slice(0, 1)
    : kept;
}

function distanceToSegment(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const [x, y] = [point.x - from.x, point.y - from.y];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / square));
  return Math.hypot(x - along * dx, y - along * dy);
}

/** The sign goes into the lowest bit, so that small steps are short in every direction. */
function writeNumber(number: number): string {
  let rest = number < 0 ? -2 * number - 1 : 2 * number;
  let text = "";
  do {
    const more = rest >= GOES_ON;
    text += CHARACTERS.charAt((rest % GOES_ON) + (more ? GOES_ON : 0));
    rest = Math.floor(rest / GOES_ON);
  } while (rest > 0);
  return text;
}

function readNumbers(text: string): number[] {
  const numbers: number[] = [];
  let [number, place] = [0, 1];
  for (const character of text) {
    const value = CHARACTERS.indexOf(character);
    if (value === -1) {
      throw new MalformedStrokes(`expected letters, digits, - and _, got “${character}”`);
    }
    number += (value % GOES_ON) * place;
    place *= GOES_ON;
    if (value >= GOES_ON) continue;
    numbers.push(number % 2 === 1 ? -(number + 1) / 2 : number / 2);
    [number, place] = [0, 1];
  }
  if (place > 1) throw new MalformedStrokes("expected a whole drawing, got the end of the text");
  return numbers;
}
