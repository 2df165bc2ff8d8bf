import { expect, it } from "vitest";
import type { ModelSummary } from "../../shared/api/types";
import { styledModels } from "./styledModels";

const SERVED = ["single_layer", "cnn", "ensemble"].map(
  (name) => ({ name, title: name.toUpperCase() }) as ModelSummary,
);

it("keeps ladder order and the style of a model's place on the ladder", () => {
  const all = styledModels(SERVED, ["ensemble", "cnn", "single_layer"]);
  expect(all.map(({ title }) => title)).toEqual(["SINGLE_LAYER", "CNN", "ENSEMBLE"]);
  expect(styledModels(SERVED, ["cnn"])).toEqual([all[1]]);
});

it("puts what is no longer served last, under its name", () => {
  expect(styledModels(SERVED, ["perceptron", "cnn"]).map(({ title }) => title)).toEqual([
    "CNN",
    "perceptron",
  ]);
  expect(styledModels(null, ["b", "a", "b"]).map(({ name }) => name)).toEqual(["a", "b"]);
});
