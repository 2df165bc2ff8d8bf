import type { components } from "./schema.gen";

export type Prediction = components["schemas"]["Prediction"];
export type PredictionAll = components["schemas"]["PredictionAll"];
export type ModelSummary = components["schemas"]["ModelSummary"];
export type Problem = components["schemas"]["Problem"];
export type {
  Calibration,
  ComparedDigit,
  Comparison,
  DigitSheet,
  Interval,
  LearningCurves,
  Report,
  ReportSummary,
  Step,
} from "./reportTypes";
