import type { Stroke } from "../../engine/strokes";
import { svgPathOf } from "./geometry";

/** User units of a picture's side. */
const SIDE = 40;

interface StrokesPictureProps {
  readonly strokes: readonly Stroke[];
  readonly className: string;
  /** What is left out at each edge, in user units of 40 a side. */
  readonly crop?: number;
}

/** A small picture of a drawing, for a button that names it. */
export function StrokesPicture({ strokes, className, crop = 0 }: StrokesPictureProps) {
  const side = SIDE - 2 * crop;
  return (
    <svg viewBox={`${crop} ${crop} ${side} ${side}`} className={className} aria-hidden="true">
      {strokes.map((stroke, i) => (
        <path
          key={i}
          d={svgPathOf(stroke.points, SIDE)}
          fill="none"
          stroke="currentColor"
          strokeWidth={stroke.width * SIDE}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      ))}
    </svg>
  );
}
