import { heat, heatSteps } from "./cells";
import { noun } from "../../shared/lib/classes";

/** The colour scale that all matrices share. */
export function HeatLegend({ most }: { most: number }) {
  return (
    <p className="mb-4 flex flex-wrap items-center gap-1 text-xs text-soft">
      <span className="mr-1">Misread {noun(2)}:</span>
      {heatSteps(most).map((n) => (
        <span
          key={n}
          className="shows-data grid h-6 min-w-8 place-items-center rounded-sm px-1 text-ink"
          style={{
            background: `color-mix(in oklab, var(--heat) ${Math.round(heat(n, most) * 100)}%, var(--paper))`,
          }}
        >
          {n}
        </span>
      ))}
      <span className="shows-data ml-3 grid h-6 min-w-8 place-items-center rounded-sm bg-wash px-2 text-ink">
        correct
      </span>
    </p>
  );
}
