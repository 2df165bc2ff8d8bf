import type { Stroke } from "../../engine/strokes";
import type { HardOnes } from "../../shared/api/types";

type Item = HardOnes["items"][number];

/** A drawing that some rungs misread. */
export interface HardOne {
  readonly id: string;
  readonly label: number;
  readonly sentence: string;
  /** Pen strokes; null for a test digit, which `index` names. */
  readonly strokes: readonly Stroke[] | null;
  readonly index: number;
}

/** The file's coordinates and pen widths are thousandths of the field's side. */
const GRID = 1_000;

export function toHardOne({ source, index, label, sentence, strokes, pen }: Item): HardOne {
  const width = (pen ?? 0) / GRID;
  return {
    id: `${source}-${index}`,
    label,
    sentence,
    strokes:
      source === "mnist"
        ? null
        : strokes.map((points) => ({
            points: points.map(([x, y]) => ({ x: x / GRID, y: y / GRID })),
            width,
          })),
    index,
  };
}
