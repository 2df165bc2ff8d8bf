import { describe, expect, it } from "vitest";
import { comparedModels } from "./comparedModels";
import { summary } from "./testModels";

describe("comparedRungs", () => {
  it("numbers the rungs from the foot of the ladder", () => {
    const models = comparedModels([summary("low"), summary("high")]);
    expect(models.map(({ name, place }) => [name, place])).toEqual([
      ["low", 1],
      ["high", 2],
    ]);
    expect(models[0]?.style).not.toEqual(models[1]?.style);
  });
  it.each([
    [0.92, 10_000, 800],
    [0.9934, 10_000, 66],
    [0.99, 500, 5],
    [1, 10_000, 0],
  ])("accuracy %d on %d digits leaves %d errors", (accuracy, n_test, errors) => {
    const [model] = comparedModels([summary("cnn", { accuracy, n_test })]);
    expect(model?.errors).toBe(errors);
  });
});
