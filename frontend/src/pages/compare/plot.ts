import type { Report } from "../../shared/api/types";
import type { FigureName } from "./choice";
import type { ComparedModel } from "./comparedModels";
import type { Axis } from "./scales";

/** A chosen model with its whole report. */
export interface Reported {
  readonly model: ComparedModel;
  readonly report: Report;
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Too few digits stand behind it to mean much: drawn hollow. */
  readonly isWeak?: boolean;
}

/** One line: a model's, or its second one, drawn dashed with hollow markers. */
export interface Series {
  readonly name: string;
  readonly model: ComparedModel;
  readonly isSecond: boolean;
  readonly points: readonly PlotPoint[];
  /** The x of the point that counts, drawn with a ring; null where none does. */
  readonly ringedX: number | null;
}

/** The same figures for reading and copying. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Plot {
  readonly name: FigureName;
  readonly title: string;
  /** What is seen, for those who do not see it and those who wonder. */
  readonly caption: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** "markers" where the xs are things of their own, between which there is nothing. */
  readonly drawing: "lines" | "markers";
  readonly hasDiagonal: boolean;
  readonly table: FigureTable;
}

/** All xs of all series, ascending and once each. */
export function allXs(series: readonly Series[]): number[] {
  const xs = new Set(series.flatMap(({ points }) => points.map(({ x }) => x)));
  return [...xs].sort((a, b) => a - b);
}

/** One row an x, one column a series; what a series lacks there is a dash. */
export function tableOf(
  heading: string,
  series: readonly Series[],
  xText: (x: number) => string,
  yText: (y: number) => string,
): FigureTable {
  const at = series.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])));
  return {
    columns: [heading, ...series.map(({ name }) => name)],
    rows: allXs(series).map((x) => [
      xText(x),
      ...at.map((points) => {
        const y = points.get(x);
        return y === undefined ? "–" : yText(y);
      }),
    ]),
  };
}

/** What a spreadsheet takes from the clipboard. */
export function tabSeparated({ columns, rows }: FigureTable): string {
  return [columns, ...rows].map((cells) => cells.join("\t")).join("\n");
}
