import { expect, test } from "vitest";
import { readWhy, theTwo, writeWhy } from "./why";

test.each([
  ["7-1", { digit: 7, other: 1 }],
  ["7-7", null],
  ["71", null],
  ["7-x", null],
  [null, null],
])("why=%s asks for %j", (text, expected) => {
  expect(readWhy(text)).toEqual(expected);
  if (expected) expect(writeWhy(expected)).toBe(text);
});

const LOGITS = [0, 5, 1, 1, 1, 1, 1, 9, 1, -2];

test("the answer and the runner-up are compared where the link names no digits", () => {
  expect(theTwo(null, LOGITS)).toEqual({ digit: 7, other: 1 });
  expect(theTwo("9-0", LOGITS)).toEqual({ digit: 9, other: 0 });
  expect(theTwo("nonsense", LOGITS)).toEqual({ digit: 7, other: 1 });
});
