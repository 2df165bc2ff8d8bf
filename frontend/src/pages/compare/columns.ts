import * as format from "../../features/figures/format";
import type { ComparedModel } from "./comparedModels";
import { areDigits, classNoun, noun } from "../../shared/lib/classes";

export interface Column {
  /** Its name in a link. */
  readonly key: string;
  readonly title: string;
  readonly meaning: string;
  /** The better end, which the first click sorts to the top. */
  readonly best: "high" | "low";
  /** Null sorts last, whichever way. */
  readonly value: (model: ComparedModel) => number | null;
  readonly text: (model: ComparedModel) => string;
}

/** The order of the ladder, which is the default. */
export const LADDER_KEY = "ladder";

/** The columns, from left to right. */
export const COLUMNS: readonly Column[] = [
  {
    key: "accuracy",
    title: "Accuracy",
    get meaning() {
      return `Share of the test ${noun(2)} read correctly, with its 95% interval`;
    },
    best: "high",
    value: (model) => model.accuracy,
    text: (model) => format.share(model.accuracy),
  },
  {
    key: "seeds",
    title: "Seeds",
    meaning: "Mean accuracy of trainings from several seeds, with the lowest and the highest",
    best: "high",
    value: (model) => model.seeds?.mean ?? null,
    text: (model) => format.share(model.seeds?.mean ?? null),
  },
  {
    key: "errors",
    title: "Errors",
    get meaning() {
      return `Misread test ${noun(2)}`;
    },
    best: "low",
    value: (model) => model.errors,
    text: (model) => format.count(model.errors),
  },
  {
    key: "f1",
    title: "Macro F1",
    get meaning() {
      return `Mean over the ${areDigits() ? "ten digits" : "classes"} of the harmonic mean of precision and recall`;
    },
    best: "high",
    value: (model) => model.macro_f1,
    text: (model) => model.macro_f1.toFixed(4),
  },
  {
    key: "nll",
    title: "NLL",
    get meaning() {
      return `Negative log-likelihood of the right ${classNoun()}: how surprised the rung is by it`;
    },
    best: "low",
    value: (model) => model.negative_log_likelihood,
    text: (model) => model.negative_log_likelihood.toFixed(4),
  },
  {
    key: "ece",
    title: "ECE",
    get meaning() {
      return `Expected calibration error: how far confidence and accuracy are apart${areDigits() ? ", here on MNIST, while probabilities are calibrated for digits as people draw them" : ""}`;
    },
    best: "low",
    value: (model) => model.expected_calibration_error,
    text: (model) => format.share(model.expected_calibration_error),
  },
  {
    key: "coverage",
    title: "Sure of",
    get meaning() {
      return `Coverage: share of the test ${noun(2)} that are likely enough to be called sure`;
    },
    best: "high",
    value: (model) => model.sure_coverage,
    text: (model) => format.share(model.sure_coverage),
  },
  {
    key: "precision",
    title: "Sure and right",
    meaning: "Precision: share of these that are right",
    best: "high",
    value: (model) => model.sure_precision,
    text: (model) => format.share(model.sure_precision),
  },
  {
    key: "canvas",
    title: "Canvas",
    meaning: "Accuracy on people’s pen strokes, drawn as on this page",
    best: "high",
    value: (model) => model.canvas_accuracy,
    text: (model) => format.share(model.canvas_accuracy),
  },
  {
    key: "parameters",
    title: "Parameters",
    meaning: "Learned numbers",
    best: "low",
    value: (model) => model.parameters,
    text: (model) => format.short(model.parameters),
  },
  {
    key: "operations",
    title: "Multiply-adds",
    get meaning() {
      return `Multiplications with an addition, for one ${noun()}`;
    },
    best: "low",
    value: (model) => model.multiply_adds,
    text: (model) => format.short(model.multiply_adds),
  },
  {
    key: "size",
    title: "Size",
    meaning: "Size of the model’s file",
    best: "low",
    value: (model) => model.size_bytes,
    text: (model) => format.bytes(model.size_bytes),
  },
  {
    key: "training",
    title: "Training",
    meaning: "Processor time to train, over all cores",
    best: "low",
    value: (model) => model.training_seconds,
    text: (model) => format.duration(model.training_seconds),
  },
  {
    key: "latency",
    title: "Latency",
    get meaning() {
      return `Median time for one ${noun()} on one thread`;
    },
    best: "low",
    value: (model) => model.median_latency_us,
    text: (model) => format.microseconds(model.median_latency_us),
  },
];
