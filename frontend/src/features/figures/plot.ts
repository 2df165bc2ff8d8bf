import { NONE } from "./format";
import type { ModelStyle } from "./modelStyle";
import type { Axis } from "./scales";

/** A model as plots and legends show it. */
export interface StyledModel {
  readonly name: string;
  readonly title: string;
  readonly style: ModelStyle;
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Measured on too few digits to mean much: drawn hollow, and no line leads there. */
  readonly isWeak?: boolean;
}

/** A model's line; its second one is drawn dashed with hollow markers. */
export interface Series {
  readonly name: string;
  readonly model: StyledModel;
  readonly isSecond: boolean;
  readonly points: readonly PlotPoint[];
}

/** The same figures for reading and copying. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Plot {
  /** Unique on its page. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** "markers" where x is a category, so that a line between two would mean nothing. */
  readonly drawing: "lines" | "markers";
  readonly hasDiagonal: boolean;
  readonly table: FigureTable;
}

/** The distinct xs of all series, ascending. */
export function allXs(series: readonly Series[]): number[] {
  const xs = new Set(series.flatMap(({ points }) => points.map(({ x }) => x)));
  return [...xs].sort((a, b) => a - b);
}

/** A series' points by their x, in two layers: those that its line joins, and the weak ones. */
export interface Layer {
  readonly isWeak: boolean;
  readonly yAt: ReadonlyMap<number, number>;
}

/** A layer without points is left out. */
export function layersOf({ points }: Pick<Series, "points">): Layer[] {
  return [false, true]
    .map((isWeak) => ({
      isWeak,
      yAt: new Map(
        points.filter((point) => (point.isWeak ?? false) === isWeak).map(({ x, y }) => [x, y]),
      ),
    }))
    .filter(({ yAt }) => yAt.size > 0);
}

/** One row for each x and one column for each series; a dash where a series has no point. */
export function tableOf(x: Axis, y: Axis, series: readonly Series[]): FigureTable {
  const at = series.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])));
  return {
    columns: [x.label, ...series.map(({ name }) => name)],
    rows: allXs(series).map((place) => [
      x.format.value(place),
      ...at.map((points) => {
        const value = points.get(place);
        return value === undefined ? NONE : y.format.value(value);
      }),
    ]),
  };
}

/** The table as a spreadsheet pastes it. */
export function tabSeparated({ columns, rows }: FigureTable): string {
  return [columns, ...rows].map((cells) => cells.join("\t")).join("\n");
}
