import { DEFAULT_BRUSH } from "./brushes";
import type { Point, Stroke } from "../../engine/strokes";
import { throughWaypoints } from "./geometry";

export interface Sample {
  readonly digit: number;
  readonly strokes: readonly Stroke[];
}

/** Waypoints of the pen in hundredths of the field: "x,y x,y …", one string a stroke. */
const WAYPOINTS: readonly (readonly string[])[] = [
  ["56,22 46,20 36,28 30,44 31,62 39,76 51,79 62,70 67,53 65,35 57,23 50,21"],
  ["40,33 47,27 53,20 52,36 51,54 50,79"],
  ["31,36 36,25 49,20 62,26 64,38 56,51 43,64 31,77 30,78 31,78 46,77 70,76"],
  ["33,27 44,20 58,22 63,32 56,43 45,48 45,48 58,50 66,61 61,74 47,80 32,75"],
  ["42,19 37,33 31,50 30,53 33,54 50,53 71,51", "60,31 58,50 56,66 55,82"],
  ["40,23 38,36 36,47 37,47 48,43 60,47 65,59 60,72 48,79 33,76", "40,23 52,22 66,20"],
  ["60,19 49,29 40,43 35,60 39,75 51,80 62,72 62,60 53,53 43,57 36,67"],
  ["31,25 46,24 66,22 67,23 59,38 52,56 46,80", "41,51 52,50 65,48"],
  ["62,28 51,20 39,27 42,39 54,48 64,59 61,74 49,79 37,72 39,58 52,46 62,36 62,28"],
  ["64,30 53,21 41,26 37,39 44,49 56,46 64,33 65,27 64,44 61,62 56,80"],
];

function readWaypoints(text: string): readonly Point[] {
  return text.split(" ").map((pair) => {
    const [x = NaN, y = NaN] = pair.split(",").map(Number);
    return { x: x / 100, y: y / 100 };
  });
}

/** One drawing of each digit, for visitors who cannot draw or want to see first. */
export const SAMPLES: readonly Sample[] = WAYPOINTS.map((strokes, digit) => ({
  digit,
  strokes: strokes.map((text) => ({
    points: throughWaypoints(readWaypoints(text)),
    width: DEFAULT_BRUSH.width,
  })),
}));
