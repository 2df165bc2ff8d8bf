import { useCallback } from "react";
import type { DigitSheet } from "../../shared/api/types";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { CellDigits } from "./CellDigits";
import { heat, heatSteps, mostErrors, writeCell, type Cell } from "./cells";
import { count } from "./format";
import { MarkerIcon } from "./MarkerIcon";
import { Matrix } from "./Matrix";
import type { Reported } from "./plot";

interface MatricesProps {
  readonly reported: readonly Reported[];
  readonly cell: Cell | null;
  readonly sheet: DigitSheet | null;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** The chosen models' confusion matrices on one colour scale, and the digits behind a cell. */
export function Matrices({ reported, cell, sheet, url, changeUrl }: MatricesProps) {
  const most = mostErrors(reported.map(({ report }) => report.confusion_matrix));
  const choose = useCallback(
    (chosen: Cell) => {
      changeUrl({ cell: writeCell(chosen) });
    },
    [changeUrl],
  );
  return (
    <>
      <HeatLegend most={most} />
      <p role="status" className="sr-only">
        {cell && cellSummary(cell, reported)}
      </p>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(min(20.5rem,100%),1fr))] gap-x-8 gap-y-8">
        {reported.map(({ model, report }) => {
          const counts = report.confusion_matrix;
          return (
            <div key={model.name} data-testid="matrix" data-model={model.name} className="min-w-0">
              <h3 className="mb-1 flex items-center gap-2 font-semibold">
                <MarkerIcon style={model.style} />
                {model.title}
                <span className="text-sm font-normal whitespace-nowrap text-soft">
                  {count(model.errors)} wrong
                </span>
              </h3>
              <Matrix model={model} counts={counts} most={most} chosen={cell} onChoose={choose} />
              {cell && (
                <CellDigits
                  model={model}
                  cell={cell}
                  count={counts[cell.label]?.[cell.read] ?? 0}
                  sheet={sheet}
                  url={url}
                  changeUrl={changeUrl}
                />
              )}
            </div>
          );
        })}
      </div>
    </>
  );
}

/** A cell's counts in all matrices, for screen readers. */
function cellSummary({ label, read }: Cell, reported: readonly Reported[]): string {
  const counts = reported.map(
    ({ model, report }) => `${model.title} ${report.confusion_matrix[label]?.[read] ?? 0}`,
  );
  return `${label} read as ${read}: ${counts.join(", ")}`;
}

/** The colour scale that all matrices share. */
function HeatLegend({ most }: { most: number }) {
  return (
    <p className="mb-4 flex flex-wrap items-center gap-1 text-xs text-soft">
      <span className="mr-1">Misread digits:</span>
      {heatSteps(most).map((n) => (
        <span
          key={n}
          className="grid h-6 min-w-8 place-items-center rounded-sm px-1 text-ink"
          style={{
            background: `color-mix(in oklab, var(--heat) ${Math.round(heat(n, most) * 100)}%, var(--paper))`,
          }}
        >
          {n}
        </span>
      ))}
      <span className="ml-3 grid h-6 min-w-8 place-items-center rounded-sm bg-wash px-2">
        correct
      </span>
    </p>
  );
}
