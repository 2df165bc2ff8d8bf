import { COLUMNS, LADDER_KEY, type Column } from "./columns";
import type { ComparedModel } from "./comparedModels";

export interface Sorting {
  readonly key: string;
  readonly descending: boolean;
}

export const LADDER_ORDER: Sorting = { key: LADDER_KEY, descending: false };

const columnOf = (key: string): Column | undefined => COLUMNS.find((column) => column.key === key);

/** "accuracy" is ascending, "-accuracy" descending; null for an unknown column. */
export function readSorting(text: string | null): Sorting | null {
  if (text === null) return LADDER_ORDER;
  const descending = text.startsWith("-");
  const key = descending ? text.slice(1) : text;
  return key === LADDER_KEY || columnOf(key) ? { key, descending } : null;
}

/** Null for ladder order, which is the default. */
export function writeSorting({ key, descending }: Sorting): string | null {
  if (key === LADDER_KEY && !descending) return null;
  return `${descending ? "-" : ""}${key}`;
}

/** The sorting after a click on a column: the better end first, then reversed. */
export function pressed(now: Sorting, key: string): Sorting {
  if (now.key === key) return { key, descending: !now.descending };
  return { key, descending: columnOf(key)?.best === "high" };
}

/** The column's aria-sort. */
export function ariaSort(now: Sorting, key: string): "ascending" | "descending" | "none" {
  if (now.key !== key) return "none";
  return now.descending ? "descending" : "ascending";
}

/** Equal figures keep ladder order, and missing ones come last. */
export function sorted(
  models: readonly ComparedModel[],
  { key, descending }: Sorting,
): ComparedModel[] {
  const value = columnOf(key)?.value ?? ((model: ComparedModel) => model.place);
  return models.toSorted((one, other) => {
    const a = value(one);
    const b = value(other);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return descending ? b - a : a - b;
  });
}

/** "by accuracy, the largest first" */
export function sortingText({ key, descending }: Sorting): string {
  const column = columnOf(key);
  if (!column) return descending ? "from the top of the ladder down" : "in ladder order";
  return `by ${column.title}, the ${descending ? "largest" : "smallest"} first`;
}
