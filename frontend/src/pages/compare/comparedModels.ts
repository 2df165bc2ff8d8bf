import type { ReportSummary } from "../../shared/api/types";
import { rungStyle, type RungStyle } from "./modelStyle";

/** A rung among those compared. */
export interface ComparedRung extends ReportSummary {
  /** 1 at the foot of the ladder. */
  readonly place: number;
  readonly style: RungStyle;
  /** Test digits read wrong. */
  readonly errors: number;
}

/** The rungs in ladder order, each with its looks. */
export function comparedRungs(summaries: readonly ReportSummary[]): ComparedRung[] {
  return summaries.map((summary, i) => ({
    ...summary,
    place: i + 1,
    style: rungStyle(i + 1),
    errors: Math.round((1 - summary.accuracy) * summary.n_test),
  }));
}
