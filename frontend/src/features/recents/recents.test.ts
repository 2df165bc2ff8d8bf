import { describe, expect, it, test } from "vitest";
import type { Stroke } from "../../engine/strokes";
import { EMPTY_DRAWING, type Drawing } from "../drawing/history";
import { isReplaced, MOST_RECENTS, parseRecents, withoutRecent, withRecent } from "./recents";

const recent = (text: string) => ({ text, reading: "7" });
const texts = (recents: readonly { readonly text: string }[]) => recents.map(({ text }) => text);

describe("withRecent", () => {
  it("puts the newest first and knows a drawing again", () => {
    const list = ["a", "b", "a"].map(recent).reduce(withRecent, parseRecents(null));
    expect(texts(list)).toEqual(["a", "b"]);
  });

  it("keeps the last twenty", () => {
    const many = Array.from({ length: 25 }, (_, i) => recent(String(i)));
    const list = many.reduce(withRecent, parseRecents(null));
    expect(list).toHaveLength(MOST_RECENTS);
    expect(texts(list).slice(0, 2)).toEqual(["24", "23"]);
    expect(texts(list).at(-1)).toBe("5");
  });
});

test("withoutRecent leaves out one", () => {
  expect(texts(withoutRecent(["a", "b", "c"].map(recent), "b"))).toEqual(["a", "c"]);
});

test.each([
  [null, []],
  ["", []],
  ["{", []],
  ['"7"', []],
  ['[{"text":"1gCCCC","reading":"7"},{"text":1,"reading":"7"},null,7]', ["1gCCCC"]],
  ['[{"text":"1g","reading":"7"},{"text":"","reading":"7"}]', []],
])("the stored list %s", (stored, expected) => {
  expect(texts(parseRecents(stored))).toEqual(expected);
});

describe("isReplaced", () => {
  const [one, two, three] = [0.1, 0.2, 0.3].map((x): Stroke => ({
    points: [{ x, y: x }],
    width: 0.06,
  })) as [Stroke, Stroke, Stroke];
  const drawing = (...strokes: Stroke[]): Drawing => ({ strokes, picture: null });
  const before = drawing(one, two);
  it.each([
    ["the same", before, false],
    ["one stroke more", drawing(one, two, three), false],
    ["the last stroke undone", drawing(one), false],
    ["a cleared field", EMPTY_DRAWING, true],
    ["another drawing", drawing(three), true],
  ])("%s", (_, after, replaced) => {
    expect(isReplaced(before, after)).toBe(replaced);
  });
});
