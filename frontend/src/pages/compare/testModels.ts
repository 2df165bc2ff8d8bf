import type { Report, ReportSummary } from "../../shared/api/types";
import { comparedModels } from "./comparedModels";
import type { ComparedModel } from "./comparedModels";

// for tests: models and reports with only what a test needs

export function summary(name: string, said: Partial<ReportSummary> = {}): ReportSummary {
  return {
    name,
    title: name.toUpperCase(),
    version: 1,
    n_test: 10_000,
    accuracy: 0.9,
    accuracy_interval: [0.88, 0.92],
    macro_f1: 0.9,
    top2_accuracy: 0.95,
    negative_log_likelihood: 0.3,
    expected_calibration_error: 0.01,
    sure_coverage: 0.8,
    sure_precision: 0.999,
    canvas_accuracy: 0.9,
    parameters: 7850,
    multiply_adds: 7840,
    size_bytes: 33_000,
    training_seconds: 20,
    median_latency_us: 2,
    seeds: null,
    step: null,
    ...said,
  };
}

export function models(...summaries: ReportSummary[]): ComparedModel[] {
  return comparedModels(summaries);
}

export function report(said: Partial<Report>): Report {
  return said as Report;
}
