import { describe, expect, it, test } from "vitest";
import type { ModelSummary, Prediction } from "../../shared/api/types";
import { accuracyText, chooseRung, rungsOf } from "./modelEntries";

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
    const rungs = rungsOf([model("a"), model("b", true)], [reads("b", 7), reads("a", 1)]);
    expect(rungs.map(({ name, step, prediction }) => [name, step, prediction?.digit])).toEqual([
      ["a", 1, 1],
      ["b", 2, 7],
    ]);
  });

  it("knows the rungs before anything is drawn", () => {
    expect(rungsOf([model("a")], null)[0]?.prediction).toBeNull();
  });

  it("takes the rungs from the answers where the list is missing", () => {
    expect(rungsOf(null, [reads("a", 1), reads("b", 2)]).map(({ name }) => name)).toEqual([
      "a",
      "b",
    ]);
    expect(rungsOf(null, null)).toEqual([]);
  });

  it("takes any number of rungs", () => {
    const models = Array.from({ length: 12 }, (_, i) => model(`rung_${i}`));
    expect(rungsOf(models, null).map(({ step }) => step)).toEqual(models.map((_, i) => i + 1));
  });
});

describe("chooseRung", () => {
  const rungs = rungsOf([model("a"), model("b", true), model("c")], null);
  test.each([
    ["a", "a", null],
    [null, "b", null],
    ["nobody", "b", "nobody"],
    ["A", "b", "A"],
  ])("asked for %j it takes %j", (wanted, name, unknown) => {
    const choice = chooseRung(rungs, wanted);
    expect(choice.rung?.name).toBe(name);
    expect(choice.unknown).toBe(unknown);
  });

  it("takes the top where no rung is the default", () => {
    expect(chooseRung(rungsOf([model("a"), model("b")], null), null).rung?.name).toBe("b");
  });

  it("calls no name unknown before the rungs are known", () => {
    expect(chooseRung([], "a")).toEqual({ rung: null, unknown: null });
  });
});

test("accuracyText", () => {
  expect(accuracyText(0.9925)).toBe("99.25%");
});
