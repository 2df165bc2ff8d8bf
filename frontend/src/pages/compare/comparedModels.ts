import type { ReportSummary } from "../../shared/api/types";
import { modelStyle, type ModelStyle } from "./modelStyle";

/** A model on the Compare page. */
export interface ComparedModel extends ReportSummary {
  /** 1 at the foot of the ladder. */
  readonly place: number;
  readonly style: ModelStyle;
  /** Misread test digits. */
  readonly errors: number;
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
