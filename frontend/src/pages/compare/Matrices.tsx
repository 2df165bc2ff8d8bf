import { useCallback } from "react";
import type { DigitSheet } from "../../shared/api/types";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { nameOfClass } from "../../shared/lib/classes";
import { CellDigits } from "./CellDigits";
import { mostErrors, writeCell, type Cell } from "../../features/figures/cells";
import { count } from "../../features/figures/format";
import { HeatLegend } from "../../features/figures/HeatLegend";
import { MarkerIcon } from "../../features/figures/MarkerIcon";
import { Matrix } from "../../features/figures/Matrix";
import type { Reported } from "./comparedModels";

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
  return `${nameOfClass(label)} read as ${nameOfClass(read)}: ${counts.join(", ")}`;
}
