import { DEFAULT_BRUSH } from "./brushes";
import type { Point, Stroke } from "../../engine/strokes";
import { throughWaypoints } from "./geometry";

export interface Sample {
  readonly digit: number;
  readonly strokes: readonly Stroke[];
}

/** Waypoints of the pen in hundredths of the field: "x,y x,y …", one string a stroke. */
const WAYPOINTS: ReadonlyMap<number, readonly string[]> = new Map([
  [3, ["33,27 44,20 58,22 63,32 56,43 45,48 45,48 58,50 66,61 61,74 47,80 32,75"]],
  [4, ["42,19 37,33 31,50 30,53 33,54 50,53 71,51", "60,31 58,50 56,66 55,82"]],
  [5, ["40,23 38,36 36,47 37,47 48,43 60,47 65,59 60,72 48,79 33,76", "40,23 52,22 66,20"]],
  [7, ["31,25 46,24 66,22 67,23 59,38 52,56 46,80", "41,51 52,50 65,48"]],
]);

function readWaypoints(text: string): readonly Point[] {
  return text.split(" ").map((pair) => {
    const [x = NaN, y = NaN] = pair.split(",").map(Number);
    return { x: x / 100, y: y / 100 };
  });
}

/** A few drawings that every rung reads, for visitors who cannot draw or want to see first. */
export const SAMPLES: readonly Sample[] = Array.from(WAYPOINTS, ([digit, strokes]) => ({
  digit,
  strokes: strokes.map((text) => ({
    points: throughWaypoints(readWaypoints(text)),
    width: DEFAULT_BRUSH.width,
  })),
}));
