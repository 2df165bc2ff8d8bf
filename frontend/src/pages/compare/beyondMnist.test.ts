import { expect, test } from "vitest";
import { beyondTable } from "./beyondMnist";
import { models, report, summary } from "./testModels";

const pictures = (kind: string, n: number, accuracy: number) => ({
  kind,
  n,
  accuracy,
  accuracy_interval: [0, 1] as [number, number],
  sure: { coverage: 0, precision: null },
});

const BEYOND = {
  gate: 2,
  sure_likeness: 0.6,
  two_digits: { n: 2000, confident: 0.36, sure: 0.001, auroc: null },
  letters: { n: 3000, confident: 0.4, sure: 0.014, auroc: 0.9581 },
  numbers: { n: 99, accuracy: 0.9, accuracy_interval: [0.8, 0.95] as [number, number] },
  pictures: [pictures("photo", 46, 1), pictures("no_digit", 23, 10 / 23)],
  predictions: { file: "beyond_mnist.npz", sha256: "0".repeat(64) },
};

test("shows false certainty with and without the gate, and pictures by kind", () => {
  const absent = { ...BEYOND, letters: null, numbers: null, pictures: [] };
  const table = beyondTable(
    models(summary("lower"), summary("upper")).map((model, i) => ({
      model,
      report: report({ beyond_mnist: i === 0 ? BEYOND : absent }),
    })),
  );
  expect(table.columns.slice(-2)).toEqual(["Pictures: photo", "Pictures: no digit"]);
  expect(table.rows).toEqual([
    ["LOWER", "36.00%", "0.10%", "40.00%", "1.40%", "0.958", "90.00%", "46 of 46", "10 of 23"],
    ["UPPER", "36.00%", "0.10%", "–", "–", "–", "–", "–", "–"],
  ]);
});
