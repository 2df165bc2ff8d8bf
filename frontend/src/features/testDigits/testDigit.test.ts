import { expect, test } from "vitest";
import { readIndex, testDigitCaption } from "./testDigit";

test.each([
  ["0", 0],
  ["1234", 1234],
  ["007", 7],
  ["", null],
  ["-1", null],
  ["1.5", null],
  ["1e3", null],
  ["1,234", null],
  ["five", null],
  ["9".repeat(400), null],
])("the index %j is %j", (text, index) => {
  expect(readIndex(text)).toBe(index);
});

test.each([
  [5, 9, "Test digit 5, a 9"],
  [1234, 8, "Test digit 1,234, an 8"],
])("test digit %d with the label %d is called %j", (index, label, caption) => {
  expect(testDigitCaption(index, label)).toBe(caption);
});
