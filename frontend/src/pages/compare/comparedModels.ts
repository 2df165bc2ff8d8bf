import { modelStyle, type ModelStyle } from "../../features/figures/modelStyle";
import type { Report, ReportSummary } from "../../shared/api/types";

/** A model on the Compare page. */
export interface ComparedModel extends ReportSummary {
  /** 1 at the foot of the ladder. */
  readonly place: number;
  readonly style: ModelStyle;
  /** Misread test digits. */
  readonly errors: number;
}

/** A chosen model with its whole report. */
export interface Reported {
  readonly model: ComparedModel;
  readonly report: Report;
}

/** The models in ladder order, each with its style. */
export function comparedModels(summaries: readonly ReportSummary[]): ComparedModel[] {
  return summaries.map((summary, i) => ({
    ...summary,
    place: i + 1,
    style: modelStyle(i + 1),
    errors: Math.round((1 - summary.accuracy) * summary.n_test),
  }));
}
