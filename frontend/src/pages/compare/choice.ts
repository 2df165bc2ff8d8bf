import type { UrlState } from "../../shared/lib/urlState";
import type { Cell } from "../../features/figures/cells";
import { readCell } from "../../features/figures/cells";
import type { ComparedModel } from "./comparedModels";
import { LADDER_ORDER, readSorting, type Sorting } from "./sorting";

export const CURVES = ["loss", "accuracy"] as const;
export const CALIBRATIONS = ["before", "after"] as const;
export const FIGURES = ["learning", "reliability", "robustness", "f1"] as const;
export type Curves = (typeof CURVES)[number];
export type CalibrationTime = (typeof CALIBRATIONS)[number];
export type FigureName = (typeof FIGURES)[number];

/** What the Compare page shows: what the link names, as far as it exists. */
export interface Choice {
  /** In ladder order. */
  readonly shown: readonly ComparedModel[];
  readonly sorting: Sorting;
  readonly curves: Curves;
  readonly calibration: CalibrationTime;
  readonly openFigures: readonly FigureName[];
  readonly cell: Cell | null;
  readonly a: ComparedModel | null;
  readonly b: ComparedModel | null;
  /** One sentence for each name in the link that does not exist. */
  readonly complaints: readonly string[];
}

/** The pair after choosing one of it: choosing the other of the two swaps them. */
export function pairAfter(
  pair: { readonly a: string; readonly b: string },
  end: "a" | "b",
  name: string,
): { a: string; b: string } {
  const other = end === "a" ? "b" : "a";
  const swapped = pair[other] === name ? { ...pair, [other]: pair[end] } : pair;
  return { ...swapped, [end]: name };
}

export function chooseComparison(url: UrlState, models: readonly ComparedModel[]): Choice {
  const complaints: string[] = [];
  const named = (name: string | null) => {
    const model = models.find((known) => known.name === name) ?? null;
    if (name !== null && !model) complaints.push(`There is no rung named “${name}”.`);
    return model;
  };
  const oneOf = <T extends string>(all: readonly T[], wanted: string | null, what: string) => {
    const found = all.find((word) => word === wanted) ?? null;
    if (wanted !== null && found === null) complaints.push(`There is no ${what} “${wanted}”.`);
    return found;
  };

  const wanted = url.models?.map(named).filter((model) => model !== null) ?? null;
  // a link with unknown names alone shows all models; an empty list shows none
  const everyone = wanted === null || (wanted.length === 0 && url.models?.length !== 0);
  const shown = everyone ? models : models.filter((model) => wanted.includes(model));

  const sorting = readSorting(url.sort);
  if (!sorting) complaints.push(`The table has no column “${url.sort ?? ""}”.`);
  const cell = url.cell === null ? null : readCell(url.cell);
  if (url.cell !== null && !cell) {
    complaints.push(`There is no cell “${url.cell}”; “4-9” is 4 read as 9.`);
  }

  const b = named(url.b) ?? models.findLast(({ name }) => name !== url.a) ?? null;
  const below = models.findLast((model) => b !== null && model.place < b.place);
  const from = named(url.a);
  // a rung fixes and breaks nothing of itself
  const isSame = from !== null && from === b;
  if (isSame) complaints.push(`“${from.name}” can only be compared with another rung.`);
  const a = (isSame ? null : from) ?? below ?? models.find((model) => model !== b) ?? null;

  return {
    shown,
    sorting: sorting ?? LADDER_ORDER,
    curves: oneOf(CURVES, url.curves, "learning curve of") ?? "loss",
    calibration: oneOf(CALIBRATIONS, url.calibration, "reliability") ?? "after",
    openFigures: (url.figures ?? [])
      .map((name) => oneOf(FIGURES, name, "plot"))
      .filter((name) => name !== null),
    cell,
    a,
    b,
    complaints,
  };
}
