import { count, interval, NONE, share } from "../../features/figures/format";
import type { FigureTable, StyledModel } from "../../features/figures/plot";
import { WEAK_BELOW } from "./statisticsPlots";
import type { ModelFigures } from "./statistics";

/** A row for each model and, where there are several, for each of its versions. */
export function modelTable(
  figures: readonly ModelFigures[],
  models: readonly StyledModel[],
): FigureTable {
  return {
    columns: ["Rung", "Answers", "Labelled", "Right", "Accuracy", "95% interval", "Note"],
    rows: models.flatMap(({ name, title }) => {
      const rows = figures.filter(({ model }) => model === name);
      const versions = rows.filter(({ version }) => version !== null);
      // a single version has the figures of all together
      const shown = versions.length === 1 && rows.length === 2 ? rows.slice(0, 1) : rows;
      return shown.map((row) => [
        row.version === null || shown.length === 1 ? title : `${title}, version ${row.version}`,
        count(row.answers),
        count(row.labelled),
        count(row.right),
        share(row.accuracy),
        row.interval === null ? NONE : interval(row.interval),
        row.labelled < WEAK_BELOW ? "few labels" : "",
      ]);
    }),
  };
}
