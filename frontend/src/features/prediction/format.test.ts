import { describe, expect, test } from "vitest";
import type { Prediction } from "../../shared/api/types";
import { agreementOf, byProbability, percent, verdictText } from "./format";

test.each([
  [0, "0.0%"],
  [0.0004, "<0.1%"],
  [0.0005, "0.1%"],
  [0.5, "50.0%"],
  [0.97123, "97.1%"],
  [0.9994, "99.9%"],
  [0.9995, ">99.9%"],
  [1, "100.0%"],
])("percent(%d) is %s", (probability, text) => {
  expect(percent(probability)).toBe(text);
});

test("byProbability: the likeliest first, equal ones in counting order", () => {
  expect(byProbability([0.1, 0.3, 0.1, 0.5])).toEqual([3, 1, 0, 2]);
});

test.each([
  ["sure" as const, [0, 0.9, 0.1], "Sure"],
  ["unsure" as const, [0, 0.6, 0.4], "Not sure — it could be a 2"],
  ["unsure" as const, [0, 0.5, 0, 0, 0, 0, 0, 0, 0.5, 0], "Not sure — it could be an 8"],
  ["unsure" as const, [0.4, 0.4, 0.2], "Not sure — it could be a 0"],
  ["not_a_digit" as const, [0, 0.9, 0.1], "This looks like no digit. If it must be one: 1."],
])("%s about %j: %s", (verdict, probabilities, text) => {
  expect(verdictText({ verdict, probabilities, digit: 1 } as Prediction)).toBe(text);
});

test.each([
  ["sure", "Sure"],
  ["unsure", "Not sure of every digit"],
])("a number that is %s: %s", (verdict, text) => {
  expect(verdictText({ verdict: "several", read: { verdict } } as Prediction)).toBe(text);
});

describe("agreementOf", () => {
  const digits = (verdict: Prediction["verdict"], ...read: number[]) =>
    read.map((digit) => ({ digit, verdict, read: null }) as Prediction);
  const numbers = (...read: string[][]) =>
    read.map((lines) => ({ digit: 0, verdict: "several", read: { lines } }) as Prediction);
  test.each([
    [[7], true, "7", "It says 7"],
    [[7, 7], true, "7", "Both say 7"],
    [[7, 7, 7], true, "7", "All 3 say 7"],
    [[1, 7, 7], false, "7", "2 of 3 say 7, 1 says 1"],
    [[1, 2, 7], false, null, "1 of 3 says 1, 1 says 2, 1 says 7"],
    [[1, 1, 7, 7], false, null, "2 of 4 say 1, 2 say 7"],
    [[1, 2, 4, 9, 9, 9], false, "9", "6 rungs, 4 different answers"],
    [[2, 4, 9, 9, 9, 9], false, "9", "4 of 6 say 9, 1 says 2, 1 says 4"],
  ])("%j", (read, agree, majority, text) => {
    expect(agreementOf(digits("sure", ...read))).toEqual({ agree, majority, text });
  });
  test.each([
    [[["2026"], ["2026"], ["2026"]], "2026", "All 3 say 2026"],
    [[["2026"], ["2028"], ["2026"]], "2026", "2 of 3 say 2026, 1 says 2028"],
    [[["100"], ["20"]], null, "1 of 2 says 20, 1 says 100"],
    [[["20", "26"], ["2026"], ["20", "26"]], "20 / 26", "2 of 3 say 20 / 26, 1 says 2026"],
  ])("the numbers %j", (read, majority, text) => {
    expect(agreementOf(numbers(...read))).toMatchObject({ majority, text });
  });
  test.each([
    [[0, 0, 0], "All 3 would say 0"],
    [[0, 0, 5], "2 of 3 would say 0, 1 would say 5"],
  ])("what is no digit, read as %j", (read, text) => {
    expect(agreementOf(digits("not_a_digit", ...read))?.text).toBe(text);
  });
  test("no digits", () => {
    expect(agreementOf([])).toBeNull();
  });
});
