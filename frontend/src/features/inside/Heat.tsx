import { useCallback, useEffect, useRef } from "react";
import type { Grid } from "../../engine/evidence";
import { FIELD_PX, type Field } from "../../engine/preprocessing";
import { subscribeToColours } from "../../shared/theme/theme";

/** How dark the drawing's ink is below fine evidence, and above coarse cells. */
const INK_BELOW = 0.22;
const INK_ABOVE = 0.75;

interface HeatProps {
  /** Numbers by place, row by row: positive ones speak for, negative ones against. */
  readonly values: Float32Array;
  readonly grid: Grid;
  /** The magnitude that has the full colour. */
  readonly most: number;
  /** The drawing that they lie over; 784 grey levels. */
  readonly field?: Field;
  /** In words what is seen; null where words stand beside it. */
  readonly label: string | null;
}

type Colour = readonly [number, number, number];

function rgb(text: string): Colour {
  const [red = 0, green = 0, blue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** Pixels (28, 28) of the numbers in two colours, on the paper and with the drawing's ink. */
function paint(
  pixels: ImageData,
  { values, grid, most, field }: HeatProps,
  colours: Readonly<Record<"paper" | "ink" | "for" | "against", Colour>>,
): void {
  const { side, first, step } = grid;
  const isFine = step === 1;
  for (let y = 0; y < FIELD_PX; y += 1) {
    for (let x = 0; x < FIELD_PX; x += 1) {
      const row = Math.floor((y - first) / step);
      const column = Math.floor((x - first) / step);
      const isOnMap = row >= 0 && row < side && column >= 0 && column < side;
      const value = isOnMap ? (values[row * side + column] ?? 0) : 0;
      const strength = Math.min(1, Math.abs(value) / most);
      const colour = value > 0 ? colours.for : colours.against;
      const ink = (field?.[y * FIELD_PX + x] ?? 0) / 255;
      for (let channel = 0; channel < 3; channel += 1) {
        const mix = (below: number, above: Colour, share: number) =>
          below + ((above[channel] ?? 0) - below) * share;
        let level = colours.paper[channel] ?? 0;
        if (isFine) level = mix(level, colours.ink, INK_BELOW * ink);
        level = mix(level, colour, strength);
        if (!isFine) level = mix(level, colours.ink, INK_ABOVE * ink);
        pixels.data[(y * FIELD_PX + x) * 4 + channel] = level;
      }
      pixels.data[(y * FIELD_PX + x) * 4 + 3] = 255;
    }
  }
}

/** Numbers by place as a picture in two colours, over the drawing. All views draw with it. */
export function Heat(props: HeatProps) {
  const { values, grid, most, field, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const redraw = useCallback(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    // the canvas's own style names the four colours; here they are resolved for the theme
    const style = getComputedStyle(canvas.current);
    const pixels = context.createImageData(FIELD_PX, FIELD_PX);
    paint(
      pixels,
      { values, grid, most, label: null, ...(field ? { field } : {}) },
      {
        for: rgb(style.color),
        against: rgb(style.outlineColor),
        paper: rgb(style.backgroundColor),
        ink: rgb(style.caretColor),
      },
    );
    context.putImageData(pixels, 0, 0);
  }, [values, grid, most, field]);
  useEffect(redraw, [redraw]);
  useEffect(() => subscribeToColours(redraw), [redraw]);
  return (
    <canvas
      ref={canvas}
      width={FIELD_PX}
      height={FIELD_PX}
      {...(label === null ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
      className="heat block aspect-square w-full rounded-md border border-line [image-rendering:pixelated]"
    />
  );
}
