import { pathOf, type Point } from "../../engine/strokes";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The length of the line through the points, in field sides. */
export function lengthOf(points: readonly Point[]): number {
  let length = 0;
  points.forEach((point, i) => {
    const previous = points[i - 1];
    if (previous) length += distance(previous, point);
  });
  return length;
}

/** Where a pointer at (clientX, clientY) is in the field that covers `box` on the screen. */
export function toUnit(client: Point, box: Box): Point {
  return { x: (client.x - box.left) / box.width, y: (client.y - box.top) / box.height };
}

/**
 * Appends the reported points, without those on top of their predecessor: a pointer at rest
 * reports the same place many times a second.
 */
export function extend(
  points: readonly Point[],
  more: readonly Point[],
  leastStep = 0.001,
): readonly Point[] {
  const extended = [...points];
  for (const point of more) {
    const last = extended.at(-1);
    if (!last || distance(last, point) >= leastStep) extended.push(point);
  }
  return extended;
}

/** The same line as an SVG path, for a square of `side` user units. */
export function svgPathOf(points: readonly Point[], side: number): string {
  const at = ({ x, y }: Point) =>
    `${Number((x * side).toFixed(2))} ${Number((y * side).toFixed(2))}`;
  return pathOf(points)
    .map((step) => {
      switch (step.kind) {
        case "dot":
          return `M${at(step.at)}h0`; // a round cap makes a dot of a line without length
        case "move":
          return `M${at(step.to)}`;
        case "line":
          return `L${at(step.to)}`;
        case "curve":
          return `Q${at(step.control)} ${at(step.to)}`;
      }
    })
    .join("");
}

/** A curve through every one of a few waypoints (centripetal enough for handwriting). */
export function throughWaypoints(waypoints: readonly Point[], perSegment = 8): readonly Point[] {
  const points: Point[] = [];
  waypoints.forEach((start, i) => {
    const end = waypoints[i + 1];
    if (!end) {
      points.push(start);
      return;
    }
    const before = waypoints[i - 1] ?? start;
    const after = waypoints[i + 2] ?? end;
    for (let k = 0; k < perSegment; k += 1) {
      const t = k / perSegment;
      points.push({
        x: catmullRom(before.x, start.x, end.x, after.x, t),
        y: catmullRom(before.y, start.y, end.y, after.y, t),
      });
    }
  });
  return points;
}

function catmullRom(before: number, start: number, end: number, after: number, t: number): number {
  const linear = (end - before) * t;
  const square = (2 * before - 5 * start + 4 * end - after) * t ** 2;
  const cube = (3 * start - before - 3 * end + after) * t ** 3;
  return start + (linear + square + cube) / 2;
}

/** The largest size of the same shape whose longer side is at most `longest`, in whole pixels. */
export function fitWithin(
  size: { readonly width: number; readonly height: number },
  longest: number,
): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(size.width, size.height));
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** Where a picture lies when it is shown whole and centred in the unit square. */
export function containInUnit(size: { readonly width: number; readonly height: number }): Box {
  const longer = Math.max(size.width, size.height);
  const width = size.width / longer;
  const height = size.height / longer;
  return { left: (1 - width) / 2, top: (1 - height) / 2, width, height };
}
