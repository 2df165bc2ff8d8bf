import type { ReportSummary } from "../../shared/api/types";
import { modelStyle, type ModelStyle } from "./modelStyle";

/** A model among those compared. */
export interface ComparedModel extends ReportSummary {
  /** 1 at the foot of the ladder. */
  readonly place: number;
  readonly style: ModelStyle;
  /** Test digits read wrong. */
  readonly errors: number;
}

/** The models in ladder order, each with its looks. */
export function comparedModels(summaries: readonly ReportSummary[]): ComparedModel[] {
  return summaries.map((summary, i) => ({
    ...summary,
    place: i + 1,
    style: modelStyle(i + 1),
    errors: Math.round((1 - summary.accuracy) * summary.n_test),
  }));
}
