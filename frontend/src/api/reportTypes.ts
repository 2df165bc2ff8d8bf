export type Interval = readonly [low: number, high: number];

export interface Step {
  readonly below: string;
  readonly difference: number;
  readonly difference_interval: Interval;
  readonly fixed: number;
  readonly broken: number;
  readonly p_value: number;
  readonly p_value_holm: number;
  readonly sentence: string;
}

export interface ReportSummary {
  readonly name: string;
  readonly title: string;
  readonly version: number;
  readonly accuracy: number;
  readonly accuracy_interval: Interval;
  readonly macro_f1: number;
  readonly top2_accuracy: number;
  readonly negative_log_likelihood: number;
  readonly expected_calibration_error: number;
  readonly sure_coverage: number;
  readonly sure_precision: number | null;
  readonly canvas_accuracy: number | null;
  readonly parameters: number;
  readonly multiply_adds: number;
  readonly size_bytes: number;
  readonly training_seconds: number;
  readonly median_latency_us: number;
  readonly step: Step | null;
}

export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

export interface Calibration {
  readonly temperature: number;
  readonly expected_calibration_error: number;
  readonly reliability: readonly ReliabilityBin[];
}

export interface LearningCurves {
  readonly epoch: readonly number[];
  readonly loss: readonly number[];
  readonly accuracy: readonly number[];
  readonly validation_loss: readonly number[];
  readonly validation_accuracy: readonly number[];
  readonly best_epoch: number;
}

export interface RobustnessCurve {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly levels: readonly number[];
  readonly accuracy: readonly number[];
}

export interface Report {
  readonly name: string;
  readonly version: number;
  readonly n_test: number;
  readonly accuracy: number;
  readonly per_class: readonly { readonly digit: number; readonly f1: number }[];
  readonly confusion_matrix: readonly (readonly number[])[];
  readonly calibration: { readonly before: Calibration; readonly after: Calibration };
  readonly learning_curves: LearningCurves | null;
  readonly robustness: { readonly n: number; readonly curves: readonly RobustnessCurve[] };
}

export interface ComparedDigit {
  readonly index: number;
  readonly label: number;
  readonly a: number;
  readonly b: number;
}

export interface Comparison {
  readonly a: { readonly name: string; readonly accuracy: number };
  readonly b: { readonly name: string; readonly accuracy: number };
  readonly n: number;
  readonly difference: number;
  readonly difference_interval: Interval;
  readonly p_value: number;
  readonly fixed: readonly ComparedDigit[];
  readonly broken: readonly ComparedDigit[];
}

export interface DigitSheet {
  readonly size_px: number;
  readonly columns: number;
  readonly indices: readonly number[];
  readonly labels: readonly number[];
  readonly read: Readonly<Record<string, readonly number[]>>;
  readonly image: string;
}
