import { usePlotArea } from "recharts";
import { MarkerIcon } from "./MarkerIcon";
import type { Plot } from "./plot";

/** The figures at one x, largest first, in the order of the lines from top to bottom. */
export function PlotTooltip({ plot, x }: { plot: Plot; x: number }) {
  const found = plot.series
    .flatMap((line) => {
      const point = line.points.find((candidate) => candidate.x === x);
      return point ? [{ line, y: point.y }] : [];
    })
    .sort((one, other) => other.y - one.y);
  // Recharts keeps it inside the plot's area only if it is no wider than that
  const maxWidth = usePlotArea()?.width;
  return (
    <div
      className="w-max rounded-lg border border-edge bg-paper px-3 py-2 text-xs shadow-lg"
      style={{ maxWidth }}
    >
      <p className="font-semibold">
        {plot.x.label} {plot.x.format.value(x)}
      </p>
      <ul>
        {found.map(({ line, y }) => (
          <li key={line.name} className="flex items-baseline gap-2">
            <MarkerIcon style={line.model.style} size={10} />
            <span className="grow">{line.name}</span>
            <span className="font-semibold">{plot.y.format.value(y)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
