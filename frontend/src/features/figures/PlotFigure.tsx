import { lazy, Suspense, type ComponentType, type ReactNode } from "react";
import { Disclosure } from "../../shared/ui/Disclosure";
import { FigureTableView } from "./FigureTableView";
import { MarkerIcon } from "./MarkerIcon";
import type { Plot } from "./plot";

type Chart = ComponentType<{ readonly plot: Plot }>;

const NoChart: Chart = () => (
  <p className="p-4 text-soft">The plot could not be loaded. Its figures are in the table below.</p>
);

// loads with the Compare page, in parallel to the reports
const chart = import("./LinePlot").then(
  ({ LinePlot }): { default: Chart } => ({ default: LinePlot }),
  () => ({ default: NoChart }),
);
const LinePlot = lazy(() => chart);

interface PlotFigureProps {
  readonly plot: Plot;
  readonly picker?: ReactNode;
  readonly isOpen: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** A plot with its legend and caption, and its figures as a table to read and copy. */
export function PlotFigure({ plot, picker, isOpen, onOpen }: PlotFigureProps) {
  const models = new Map(plot.series.map(({ model }) => [model.name, model]));
  return (
    <figure
      aria-label={plot.title}
      data-testid={`plot-${plot.name}`}
      className="flex min-w-0 flex-col rounded-3xl border border-line bg-paper p-4 sm:p-5"
    >
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h3 className="text-lg font-semibold">{plot.title}</h3>
        {picker}
      </div>
      {models.size === 0 ? (
        <p className="py-10 text-soft">None of the chosen rungs has these figures.</p>
      ) : (
        <div aria-hidden="true">
          <p className="mt-2 text-xs text-soft">{plot.y.label}</p>
          <div className="plot h-72">
            <Suspense fallback={null}>
              <LinePlot plot={plot} />
            </Suspense>
          </div>
          <p className="text-center text-xs text-soft">{plot.x.label}</p>
          <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm">
            {[...models.values()].map(({ name, title, style }) => (
              <li key={name} className="flex items-center gap-1.5">
                <MarkerIcon style={style} size={12} />
                {title}
              </li>
            ))}
          </ul>
        </div>
      )}
      <figcaption className="mt-2 text-sm text-soft">{plot.caption}</figcaption>
      <div className="mt-auto pt-1">
        <Disclosure title="Show the figures" about={plot.title} isOpen={isOpen} onOpen={onOpen}>
          <FigureTableView title={plot.title} table={plot.table} />
        </Disclosure>
      </div>
    </figure>
  );
}
