import { describe, expect, it, test } from "vitest";
import { allXs, tabSeparated } from "../../features/figures/plot";
import type { Reported } from "./comparedModels";
import { corruptions, f1Plot, learningPlot, reliabilityPlot, robustnessPlot } from "./reportPlots";
import { report, models, summary } from "./testModels";

const [a, b] = models(summary("a"), summary("b"));
if (!a || !b) throw new Error("expected two rungs");

const bin = (low: number, count: number, accuracy: number | null) => ({
  low,
  high: low + 0.5,
  count,
  confidence: accuracy === null ? null : low + 0.25,
  accuracy,
});
const calibration = (accuracy: number) => ({
  temperature: 1,
  negative_log_likelihood: 0.1,
  brier_score: 0.1,
  expected_calibration_error: 0.01,
  reliability: [bin(0, 0, null), bin(0.5, 29, accuracy)],
});
const curve = (name: string, accuracy: number[]) => ({
  name,
  title: name.toUpperCase(),
  unit: "px",
  levels: [0, 1, 2],
  accuracy,
});

const REPORTED: Reported[] = [
  {
    model: a,
    report: report({
      learning_curves: {
        epoch: [1, 2],
        loss: [0.5, 0.3],
        accuracy: [0.8, 0.9],
        validation_loss: [0.4, 0.2],
        validation_accuracy: [0.85, 0.95],
        learning_rate: [0.1, 0.1],
      },
      calibration: { before: calibration(0.6), after: calibration(0.7) },
      robustness: { n: 2000, seed: 1, curves: [curve("shift", [0.9, 0.8, 0.5])] },
      per_class: [{ digit: 0, precision: 1, recall: 1, f1: 0.91, support: 1 }],
    }),
  },
  {
    model: b,
    report: report({
      learning_curves: null,
      calibration: { before: calibration(0.8), after: calibration(0.9) },
      robustness: {
        n: 2000,
        seed: 1,
        curves: [curve("shift", [1, 0.9, 0.6]), curve("blur", [1, 1, 1])],
      },
      per_class: [{ digit: 0, precision: 1, recall: 1, f1: 0.99, support: 1 }],
    }),
  },
];

describe("learning curves", () => {
  it("has a validation and a training line a rung", () => {
    const plot = learningPlot(REPORTED, "loss");
    expect(plot.series.map(({ name, isSecond }) => [name, isSecond])).toEqual([
      ["A, validation", false],
      ["A, training", true],
    ]);
    expect(plot.series[0]?.points).toEqual([
      { x: 1, y: 0.4 },
      { x: 2, y: 0.2 },
    ]);
    expect(plot.y.scale).toBe("log");
  });
  it("says which rung has none", () => {
    expect(learningPlot(REPORTED, "loss").caption).toContain("B has none");
  });
  it("shows accuracy as shares", () => {
    expect(learningPlot(REPORTED, "accuracy").table.rows).toEqual([
      ["1", "85.00%", "80.00%"],
      ["2", "95.00%", "90.00%"],
    ]);
  });
});

describe("reliability", () => {
  it("leaves out empty bins and marks the nearly empty", () => {
    const plot = reliabilityPlot(REPORTED, "after");
    expect(plot.series[0]?.points).toEqual([{ x: 0.75, y: 0.7, isWeak: true }]);
    expect(plot.hasDiagonal).toBe(true);
  });
  it("gives every bin its row", () => {
    const { table } = reliabilityPlot(REPORTED, "before");
    expect(tabSeparated(table)).toBe(
      [
        "Confidence\tA, accuracy\tA, digits\tB, accuracy\tB, digits",
        "0% to 50%\t–\t0\t–\t0",
        "50% to 100%\t60.00%\t29\t80.00%\t29",
      ].join("\n"),
    );
  });
});

describe("robustness", () => {
  it("knows every corruption of any report", () => {
    expect(corruptions(REPORTED).map(({ name }) => name)).toEqual(["shift", "blur"]);
  });
  it("shows who was measured, and dashes for who was not", () => {
    const plot = robustnessPlot(REPORTED, "blur");
    expect(plot.table.columns).toEqual(["BLUR (px)", "A", "B"]);
    expect(plot.table.rows[0]).toEqual(["0", "–", "100.00%"]);
    expect(plot.x.ticks).toEqual([0, 1, 2]);
  });
});

test("F1 has a row a digit", () => {
  expect(f1Plot(REPORTED).table.rows).toEqual([["0", "0.9100", "0.9900"]]);
});

test("without a report every plot is empty and none breaks", () => {
  for (const plot of [
    learningPlot([], "loss"),
    reliabilityPlot([], "after"),
    robustnessPlot([], "shift"),
    f1Plot([]),
  ]) {
    expect(plot.series).toEqual([]);
    expect(allXs(plot.series)).toEqual([]);
    expect(plot.table.rows).toEqual([]);
  }
});
