import { describe, expect, test } from "vitest";
import type { Failure } from "../../shared/api/failure";
import type { Prediction } from "../../shared/api/types";
import { agreementOf, byProbability, failureText, percent, verdictText } from "./format";

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
])("%s about %j: %s", (verdict, probabilities, text) => {
  expect(verdictText({ verdict, probabilities, digit: 1 } as Prediction)).toBe(text);
});

describe("agreementOf", () => {
  test.each([
    [[7], true, 7, "It says 7"],
    [[7, 7], true, 7, "Both say 7"],
    [[7, 7, 7], true, 7, "All 3 say 7"],
    [[1, 7, 7], false, 7, "2 of 3 say 7, 1 says 1"],
    [[1, 2, 7], false, null, "1 of 3 says 1, 1 says 2, 1 says 7"],
    [[1, 1, 7, 7], false, null, "2 of 4 say 1, 2 say 7"],
    [[2, 4, 9, 9, 9, 9], false, 9, "4 of 6 say 9, 1 says 2, 1 says 4"],
  ])("%j", (digits, agree, majority, text) => {
    expect(agreementOf(digits)).toEqual({ agree, majority, text });
  });
  test("nobody", () => {
    expect(agreementOf([])).toBeNull();
  });
});

test.each<[Failure, number | null, RegExp, boolean]>([
  [{ kind: "offline" }, 2000, /You are offline/, true],
  [{ kind: "unreachable" }, 2000, /cannot be reached.*Trying again in 2 seconds/, true],
  [{ kind: "slow" }, 1000, /too long.*Trying again in 1 second\./, true],
  [
    { kind: "not-ready", detail: "Warming up.", retryAfterSeconds: 0 },
    0,
    /not ready yet Warming up\. Trying again now/,
    true,
  ],
  [
    { kind: "busy", retryAfterSeconds: 1 },
    1000,
    /too much to do Your drawing is safe\. Trying again in 1 second\.$/,
    true,
  ],
  [
    { kind: "rate-limited", retryAfterSeconds: 12 },
    12_000,
    /asked very often Your drawing is safe\. .*Trying again in 12 seconds\.$/,
    true,
  ],
  [{ kind: "rate-limited", retryAfterSeconds: 120 }, 120_000, /in 120 seconds\.$/, true],
  [{ kind: "rate-limited", retryAfterSeconds: 301 }, 301_000, /in 6 minutes\.$/, true],
  [{ kind: "locked" }, null, /Reload the page.*Your drawing stays here until then\.$/, true],
  [{ kind: "blank", detail: "" }, null, /nothing to read.*Draw a digit/, false],
  [
    { kind: "refused", status: 413, title: "Too large", detail: "2 MB came." },
    null,
    /^Too large 2 MB came\.$/,
    false,
  ],
  [{ kind: "refused", status: 500, title: "Broken", detail: "" }, null, /Broken/, true],
])("%j in words", (failure, retryInMs, words, retry) => {
  const text = failureText(failure, retryInMs);
  expect(`${text.title} ${text.detail}`).toMatch(words);
  expect(text.retry).toBe(retry);
});

test.each<[Failure, string]>([
  [{ kind: "offline" }, "The figures come as soon as the network is back."],
  [{ kind: "unreachable" }, "Is the server running? Trying again in 2 seconds."],
  [{ kind: "busy", retryAfterSeconds: 2 }, "Trying again in 2 seconds."],
  [{ kind: "locked" }, "Reload the page, and allow it cookies."],
])("where no drawing waits, %j says so", (failure, detail) => {
  expect(failureText(failure, 2000, "figures").detail).toBe(detail);
});
