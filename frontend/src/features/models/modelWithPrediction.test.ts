import { describe, expect, it, test } from "vitest";
import type { ModelSummary, Prediction } from "../../shared/api/types";
import { accuracyText, chooseModel, shortTitle, withPredictions } from "./modelWithPrediction";

const model = (name: string, isDefault = false) =>
  ({
    name,
    title: name.toUpperCase(),
    adds: "More.",
    accuracy: 0.9,
    default: isDefault,
  }) as ModelSummary;
const reads = (name: string, digit: number) => ({ model: name, digit }) as Prediction;

describe("rungsOf", () => {
  it("joins models and answers by name and counts the steps from the foot", () => {
    const models = withPredictions([model("a"), model("b", true)], [reads("b", 7), reads("a", 1)]);
    expect(models.map(({ name, step, prediction }) => [name, step, prediction?.digit])).toEqual([
      ["a", 1, 1],
      ["b", 2, 7],
    ]);
  });

  it("knows the rungs before anything is drawn", () => {
    expect(withPredictions([model("a")], null)[0]?.prediction).toBeNull();
  });

  it("takes the rungs from the answers where the list is missing", () => {
    expect(withPredictions(null, [reads("a", 1), reads("b", 2)]).map(({ name }) => name)).toEqual([
      "a",
      "b",
    ]);
    expect(withPredictions(null, null)).toEqual([]);
  });

  it("takes any number of rungs", () => {
    const models = Array.from({ length: 12 }, (_, i) => model(`rung_${i}`));
    expect(withPredictions(models, null).map(({ step }) => step)).toEqual(
      models.map((_, i) => i + 1),
    );
  });
});

describe("chooseRung", () => {
  const models = withPredictions([model("a"), model("b", true), model("c")], null);
  test.each([
    ["a", "a", null],
    [null, "b", null],
    ["nobody", "b", "nobody"],
    ["A", "b", "A"],
  ])("asked for %j it takes %j", (wanted, name, unknown) => {
    const choice = chooseModel(models, wanted);
    expect(choice.model?.name).toBe(name);
    expect(choice.unknown).toBe(unknown);
  });

  it("takes the top where no rung is the default", () => {
    expect(chooseModel(withPredictions([model("a"), model("b")], null), null).model?.name).toBe(
      "b",
    );
  });

  it("calls no name unknown before the rungs are known", () => {
    expect(chooseModel([], "a")).toEqual({ model: null, unknown: null });
  });
});

test("accuracyText", () => {
  expect(accuracyText(0.9925)).toBe("99.25%");
});

test.each([
  ["Single layer", "Single layer"],
  ["Convolutional network", "CNN"],
  ["Convolutional network, augmented", "CNN, augmented"],
  ["Deep convolutional network", "Deep CNN"],
])("the short form of %j is %j", (title, short) => {
  expect(shortTitle(title)).toBe(short);
});
