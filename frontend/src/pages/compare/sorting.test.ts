import { describe, expect, it, test } from "vitest";
import { COLUMNS } from "./columns";
import {
  ariaSort,
  LADDER_ORDER,
  pressed,
  readSorting,
  sorted,
  sortingText,
  writeSorting,
} from "./sorting";
import { models, summary } from "./testModels";

const LADDER = models(
  summary("a", { accuracy: 0.92, parameters: 10, canvas_accuracy: null }),
  summary("b", { accuracy: 0.99, parameters: 500, canvas_accuracy: 0.7 }),
  summary("c", { accuracy: 0.99, parameters: 40, canvas_accuracy: 0.8 }),
);

test.each([
  [null, "a b c"],
  ["-ladder", "c b a"],
  ["accuracy", "a b c"],
  ["-accuracy", "b c a"], // equal ones keep ladder order
  ["errors", "b c a"],
  ["parameters", "a c b"],
  ["canvas", "b c a"], // what is absent comes last
  ["-canvas", "c b a"],
])("sort=%s gives %s", (text, order) => {
  const sorting = readSorting(text) ?? LADDER_ORDER;
  expect(
    sorted(LADDER, sorting)
      .map(({ name }) => name)
      .join(" "),
  ).toBe(order);
});

test.each(["", "-", "colour", "Accuracy", "--accuracy"])("%j is no column", (text) => {
  expect(readSorting(text)).toBeNull();
});

test.each([null, "accuracy", "-accuracy", "-ladder", "latency"])("%s there and back", (text) => {
  const sorting = readSorting(text);
  expect(sorting && writeSorting(sorting)).toBe(text);
});

describe("a press on a header", () => {
  it("begins with the better end and turns round at the next", () => {
    const first = pressed(LADDER_ORDER, "accuracy");
    expect(writeSorting(first)).toBe("-accuracy");
    expect(writeSorting(pressed(first, "accuracy"))).toBe("accuracy");
    expect(writeSorting(pressed(first, "size"))).toBe("size");
    expect(writeSorting(pressed(first, "ladder"))).toBeNull();
  });
});

test("aria-sort and the words", () => {
  const sorting = { key: "accuracy", descending: true };
  expect(ariaSort(sorting, "accuracy")).toBe("descending");
  expect(ariaSort(sorting, "size")).toBe("none");
  expect(ariaSort(LADDER_ORDER, "ladder")).toBe("ascending");
  expect(sortingText(sorting)).toBe("by Accuracy, the largest first");
  expect(sortingText(LADDER_ORDER)).toBe("in ladder order");
});

describe("the columns", () => {
  const [model] = LADDER;
  it.each(COLUMNS.map((column) => [column.key, column] as const))("%s has a text", (_, column) => {
    expect(model && column.text(model)).not.toBe("");
    expect(column.meaning).not.toBe("");
  });
  it("has no key twice", () => {
    expect(new Set(COLUMNS.map(({ key }) => key)).size).toBe(COLUMNS.length);
  });
});
