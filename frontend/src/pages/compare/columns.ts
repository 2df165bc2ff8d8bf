import * as figures from "./format";
import type { ComparedRung } from "./comparedModels";

export interface Column {
  /** Its word in a link. */
  readonly key: string;
  readonly title: string;
  /** What it means, for those who do not know the term. */
  readonly meaning: string;
  /** Which end is the better one; it comes first at the first press. */
  readonly best: "high" | "low";
  /** Null sorts last, whichever way. */
  readonly value: (rung: ComparedRung) => number | null;
  readonly text: (rung: ComparedRung) => string;
}

/** The place on the ladder: the order in which the page begins. */
export const LADDER_KEY = "ladder";

/** One row a column of figures. */
export const COLUMNS: readonly Column[] = [
  {
    key: "accuracy",
    title: "Accuracy",
    meaning: "Share of the test digits read right, with its 95 % interval",
    best: "high",
    value: (rung) => rung.accuracy,
    text: (rung) => figures.share(rung.accuracy),
  },
  {
    key: "errors",
    title: "Errors",
    meaning: "Test digits read wrong",
    best: "low",
    value: (rung) => rung.errors,
    text: (rung) => figures.count(rung.errors),
  },
  {
    key: "f1",
    title: "Macro F1",
    meaning: "Mean over the ten digits of the harmonic mean of precision and recall",
    best: "high",
    value: (rung) => rung.macro_f1,
    text: (rung) => rung.macro_f1.toFixed(4),
  },
  {
    key: "nll",
    title: "NLL",
    meaning: "Negative log-likelihood: how much surprise the right digit brings",
    best: "low",
    value: (rung) => rung.negative_log_likelihood,
    text: (rung) => rung.negative_log_likelihood.toFixed(4),
  },
  {
    key: "ece",
    title: "ECE",
    meaning: "Expected calibration error: how far confidence and accuracy lie apart",
    best: "low",
    value: (rung) => rung.expected_calibration_error,
    text: (rung) => figures.share(rung.expected_calibration_error),
  },
  {
    key: "coverage",
    title: "Sure of",
    meaning: "Coverage: share of the test digits answered with “sure”",
    best: "high",
    value: (rung) => rung.sure_coverage,
    text: (rung) => figures.share(rung.sure_coverage),
  },
  {
    key: "precision",
    title: "Sure and right",
    meaning: "Precision: share of the sure answers that are right",
    best: "high",
    value: (rung) => rung.sure_precision,
    text: (rung) => figures.share(rung.sure_precision),
  },
  {
    key: "canvas",
    title: "Canvas",
    meaning: "Accuracy on people’s pen strokes, drawn as on this page",
    best: "high",
    value: (rung) => rung.canvas_accuracy,
    text: (rung) => figures.share(rung.canvas_accuracy),
  },
  {
    key: "parameters",
    title: "Parameters",
    meaning: "Numbers that training learns",
    best: "low",
    value: (rung) => rung.parameters,
    text: (rung) => figures.short(rung.parameters),
  },
  {
    key: "operations",
    title: "Multiply-adds",
    meaning: "Multiplications with an addition, for one digit",
    best: "low",
    value: (rung) => rung.multiply_adds,
    text: (rung) => figures.short(rung.multiply_adds),
  },
  {
    key: "size",
    title: "Size",
    meaning: "Of the model’s file",
    best: "low",
    value: (rung) => rung.size_bytes,
    text: (rung) => figures.bytes(rung.size_bytes),
  },
  {
    key: "training",
    title: "Training",
    meaning: "Processor time to train, over all cores",
    best: "low",
    value: (rung) => rung.training_seconds,
    text: (rung) => figures.duration(rung.training_seconds),
  },
  {
    key: "latency",
    title: "Latency",
    meaning: "Median time for one digit on one thread",
    best: "low",
    value: (rung) => rung.median_latency_us,
    text: (rung) => figures.microseconds(rung.median_latency_us),
  },
];
