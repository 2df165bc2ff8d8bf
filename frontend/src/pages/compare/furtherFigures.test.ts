import { expect, test } from "vitest";
import { canvasText, furtherTable } from "./furtherFigures";
import { models, report, summary } from "./testModels";

const calibration = (temperature: number, loss: number) => ({
  temperature,
  negative_log_likelihood: loss,
  brier_score: loss / 10,
  expected_calibration_error: loss / 100,
  reliability: [],
});

const REPORT = report({
  validation: {
    n: 5000,
    accuracy: 0.99,
    accuracy_interval: [0.98, 1],
    sure_coverage: 0.9,
    sure_precision: 1,
  },
  weighted_f1: 0.98765,
  top2_accuracy: 0.9991,
  calibration: { before: calibration(1, 0.5), after: calibration(0.8, 0.25) },
  penstrokes: null,
});
const PENSTROKES = {
  ...{ sha256: "0".repeat(64), n: 12_345, seed: 1, accuracy: 0.9, writers: 321 },
  ...{ accuracy_interval: [0.88, 0.92] as [number, number], confusion_matrix: [] },
  ...{ writer_median: 0.95, writer_worst_tenth: 0.75, expected_calibration_error: 0.1 },
  sure: { coverage: 0.5, precision: null },
};
const [model] = models(summary("cnn"));
if (!model) throw new Error("expected a model");

test("shows what the main table has no room for", () => {
  const { columns, rows } = furtherTable([
    { model, report: { ...REPORT, penstrokes: PENSTROKES } },
    { model, report: REPORT },
  ]);
  const shown = ["CNN", "99.00%", "0.9877", "99.91%", "0.800", "0.5000\u00a0→\u00a00.2500"];
  shown.push("0.0500\u00a0→\u00a00.0250", "0.50%\u00a0→\u00a00.25%");
  expect(rows[0]).toEqual([...shown, "88.00 to 92.00%", "95.00%", "75.00%", "50.00%", "–"]);
  expect(rows[1]).toEqual([...shown, "–", "–", "–", "–", "–"]);
  expect(columns).toHaveLength(rows[0]?.length ?? 0);
});

test("tells whose drawings the canvas figures are from, where there are any", () => {
  expect(canvasText([{ model, report: REPORT }])).toBeNull();
  const measured = [{ model, report: { ...REPORT, penstrokes: PENSTROKES } }];
  expect(canvasText(measured)).toMatch(/12,345 digits by 321 writers/);
});
