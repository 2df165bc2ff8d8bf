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
  return (
    <div className="rounded-lg border border-edge bg-paper px-3 py-2 text-xs shadow-lg">
      <p className="font-semibold">
        {plot.x.label} {plot.x.text(x)}
      </p>
      <ul>
        {found.map(({ line, y }) => (
          <li key={line.name} className="flex items-center gap-2">
            <MarkerIcon style={line.model.style} size={10} />
            <span className="grow">{line.name}</span>
            <span className="font-semibold">{Number(y.toPrecision(4))}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
