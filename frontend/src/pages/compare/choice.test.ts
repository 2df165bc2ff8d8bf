import { describe, expect, it, test } from "vitest";
import { readUrl } from "../../shared/lib/urlState";
import { chooseComparison, pairAfter } from "./choice";
import { models, summary } from "./testModels";

const LADDER = models(summary("a"), summary("b"), summary("c"));
const choose = (search: string) => chooseComparison(readUrl(search), LADDER);

test.each([
  ["", "a b c"],
  ["?rungs=b", "b"],
  ["?rungs=c,a", "a c"],
  ["?rungs=", ""],
  ["?rungs=b,nobody", "b"],
  ["?rungs=nobody", "a b c"],
])("%j shows %j", (search, names) => {
  expect(
    choose(search)
      .shown.map(({ name }) => name)
      .join(" "),
  ).toBe(names);
});

test.each([
  ["", "b", "c"],
  ["?a=a&b=b", "a", "b"],
  ["?b=b", "a", "b"],
  ["?b=a", "b", "a"],
  ["?a=c", "c", "b"],
  ["?a=b&b=b", "a", "b"],
  ["?a=a&b=a", "b", "a"],
  ["?a=nobody", "b", "c"],
])("%j compares %s with %s", (search, a, b) => {
  const choice = choose(search);
  expect([choice.a?.name, choice.b?.name]).toEqual([a, b]);
});

test.each([
  ["?rungs=x", "There is no rung named “x”."],
  ["?a=x", "There is no rung named “x”."],
  ["?a=b&b=b", "“b” can only be compared with another rung."],
  ["?sort=x", "The table has no column “x”."],
  ["?curves=x", "There is no learning curve of “x”."],
  ["?calibration=x", "There is no reliability “x”."],
  ["?figures=x", "There is no plot “x”."],
  ["?cell=4-10", "There is no cell “4-10”; “4-9” is 4 read as 9."],
])("%s: %s", (search, complaint) => {
  expect(choose(search).complaints).toEqual([complaint]);
});

test.each([
  ["a", "x", "x b"],
  ["a", "b", "b a"],
  ["a", "a", "a b"],
  ["b", "x", "a x"],
  ["b", "a", "b a"],
] as const)("of a and b, choosing as %s %s gives %s", (end, name, pair) => {
  const { a, b } = pairAfter({ a: "a", b: "b" }, end, name);
  expect(`${a} ${b}`).toBe(pair);
});

describe("a link whose names all exist", () => {
  const choice = choose(
    "?rungs=a&sort=-size&curves=accuracy&calibration=before&figures=f1,learning&cell=4-9&a=a&b=c",
  );
  it("decides what is shown", () => {
    expect(choice).toMatchObject({
      sorting: { key: "size", descending: true },
      curves: "accuracy",
      calibration: "before",
      openFigures: ["f1", "learning"],
      cell: { label: 4, read: 9 },
      complaints: [],
    });
  });
});

test("with one model or none there is no comparison", () => {
  const one = chooseComparison(readUrl(""), models(summary("a")));
  expect([one.a?.name, one.b?.name]).toEqual([undefined, "a"]);
  expect(chooseComparison(readUrl(""), [])).toMatchObject({ a: null, b: null, shown: [] });
});
