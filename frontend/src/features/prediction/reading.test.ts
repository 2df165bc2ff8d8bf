import { expect, test } from "vitest";
import type { Prediction, ReadDigit } from "../../shared/api/types";
import { chosenDigit, isUnsure, readingText } from "./reading";

const number = (lines: string[], verdict: "sure" | "unsure" = "sure") =>
  ({ digit: 2, verdict: "several", read: { lines, verdict } }) as Prediction;
const digit = (verdict: Prediction["verdict"]) => ({ digit: 7, verdict, read: null }) as Prediction;

test.each([
  [digit("sure"), "7"],
  [digit("not_a_digit"), "7"],
  [number(["2026"]), "2026"],
  [number(["20", "26"]), "20 / 26"],
])("%j reads %s", (prediction, text) => {
  expect(readingText(prediction)).toBe(text);
});

test.each([
  [digit("sure"), false],
  [digit("unsure"), true],
  [digit("not_a_digit"), false],
  [number(["20"]), false],
  [number(["20"], "unsure"), true],
])("%j is unsure: %s", (prediction, unsure) => {
  expect(isUnsure(prediction)).toBe(unsure);
});

test("the first digit is looked at where the chosen one is gone", () => {
  const digits = [{ digit: 4 }, { digit: 2 }] as ReadDigit[];
  expect(chosenDigit(digits, 1)).toEqual({ index: 1, digit: digits[1] });
  expect(chosenDigit(digits, 5)).toEqual({ index: 0, digit: digits[0] });
  expect(chosenDigit([], 0)).toBeNull();
});
