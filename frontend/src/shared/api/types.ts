import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Prediction = Schemas["Prediction"];
/** What a model reads where there are several digits. */
export type Read = NonNullable<Prediction["read"]>;
export type ReadDigit = Read["digits"][number];
export type PredictionAll = Schemas["PredictionAll"];
export type ModelSummary = Schemas["ModelSummary"];
export type Problem = Schemas["Problem"];

export type ReportSummary = Schemas["ReportSummary"];
export type Report = Schemas["Report"];
export type Comparison = Schemas["Comparison"];
export type ComparedDigit = Schemas["ComparedDigit"];
export type HardOnes = Schemas["HardOnes"];
export type DigitSheet = Schemas["DigitSheet"];
/** The low and the high end, at 95 %. */
export type Interval = ReportSummary["accuracy_interval"];
