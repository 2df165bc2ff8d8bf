import { useCallback } from "react";
import { cellText, mostErrors, readCell, writeCell, type Cell } from "../../features/figures/cells";
import { HeatLegend } from "../../features/figures/HeatLegend";
import { MarkerIcon } from "../../features/figures/MarkerIcon";
import { Matrix } from "../../features/figures/Matrix";
import type { StyledModel } from "../../features/figures/plot";
import { NO_FILTERS } from "../../features/keptDrawings/filters";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { StateLink } from "../../shared/ui/StateLink";
import type { ModelFigures } from "./statistics";
import { figuresOf } from "./statisticsPlots";

interface ConfusionMatricesProps {
  readonly figures: readonly ModelFigures[];
  readonly models: readonly StyledModel[];
  /** The history shows the visitor's own drawings alone. */
  readonly isMine: boolean;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** The rungs' confusion matrices on one colour scale; a cell leads to its drawings. */
export function ConfusionMatrices(props: ConfusionMatricesProps) {
  const { figures, models, isMine, url, changeUrl } = props;
  const rows = models.flatMap((model) => {
    const found = figuresOf(figures, model.name);
    return found && found.labelled > 0 ? [{ model, counts: found.confusion }] : [];
  });
  const most = mostErrors(rows.map(({ counts }) => counts));
  const cell = url.cell === null ? null : readCell(url.cell);
  const choose = useCallback(
    (chosen: Cell) => {
      changeUrl({ cell: writeCell(chosen) });
    },
    [changeUrl],
  );
  return (
    <>
      {most > 0 && <HeatLegend most={most} />}
      <div className="grid grid-cols-[repeat(auto-fill,minmax(min(20.5rem,100%),1fr))] gap-8">
        {rows.map(({ model, counts }) => {
          const n = cell ? (counts[cell.label]?.[cell.read] ?? 0) : 0;
          return (
            <div key={model.name} data-testid="matrix" data-model={model.name} className="min-w-0">
              <h3 className="mb-1 flex items-center gap-2 font-semibold">
                <MarkerIcon style={model.style} />
                {model.title}
              </h3>
              <Matrix model={model} counts={counts} most={most} chosen={cell} onChoose={choose} />
              {cell && (
                <p className="mt-2 text-sm">
                  {cellText(cell, n)}
                  {isMine && n > 0 && (
                    <>
                      {" · "}
                      <StateLink
                        url={url}
                        change={{
                          ...NO_FILTERS,
                          view: "history",
                          label: String(cell.label),
                          read: String(cell.read),
                          rung: model.name,
                          since: url.since,
                          until: url.until,
                        }}
                        changeUrl={changeUrl}
                        className="inline-flex min-h-11 items-center underline underline-offset-4"
                      >
                        {n === 1 ? "Show it" : "Show them"}
                        <span className="sr-only"> in the history</span>
                      </StateLink>
                    </>
                  )}
                </p>
              )}
            </div>
          );
        })}
      </div>
    </>
  );
}
