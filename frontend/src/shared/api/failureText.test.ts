import { expect, test } from "vitest";
import type { Failure } from "./failure";
import { failureText } from "./failureText";

test.each<[Failure, number | null, RegExp, boolean]>([
  [{ kind: "offline" }, 2000, /You are offline/, true],
  [{ kind: "unreachable" }, 2000, /cannot be reached.*Trying again in 2 seconds/, true],
  [{ kind: "slow" }, 1000, /too slow.*Trying again in 1 second\./, true],
  [
    { kind: "not-ready", detail: "Warming up.", retryAfterSeconds: 0 },
    0,
    /not ready yet Warming up\. Trying again now/,
    true,
  ],
  [
    { kind: "busy", retryAfterSeconds: 1 },
    1000,
    /busy Your drawing is safe\. Trying again in 1 second\.$/,
    true,
  ],
  [
    { kind: "rate-limited", retryAfterSeconds: 12 },
    12_000,
    /Too many requests Your drawing is safe\. .*Trying again in 12 seconds\.$/,
    true,
  ],
  [{ kind: "rate-limited", retryAfterSeconds: 120 }, 120_000, /in 120 seconds\.$/, true],
  [{ kind: "rate-limited", retryAfterSeconds: 301 }, 301_000, /in 6 minutes\.$/, true],
  [
    { kind: "locked" },
    null,
    /session has expired Reload the page.*Your drawing stays here until then\.$/,
    true,
  ],
  [{ kind: "blank", detail: "" }, null, /nothing to read.*Draw a digit/, false],
  [
    { kind: "refused", status: 413, title: "Too large", detail: "2 MB came." },
    null,
    /^Too large 2 MB came\.$/,
    false,
  ],
  [{ kind: "refused", status: 500, title: "Broken", detail: "" }, null, /Broken/, true],
])("the text of %j", (failure, retryInMs, pattern, retry) => {
  const text = failureText(failure, retryInMs);
  expect(`${text.title} ${text.detail}`).toMatch(pattern);
  expect(text.retry).toBe(retry);
});

test.each<[Failure, string]>([
  [{ kind: "offline" }, "The figures are loaded as soon as the network is back."],
  [{ kind: "unreachable" }, "Is the server running? Trying again in 2 seconds."],
  [{ kind: "busy", retryAfterSeconds: 2 }, "Trying again in 2 seconds."],
  [{ kind: "locked" }, "Reload the page and allow cookies."],
])("without a drawing, the text of %j", (failure, detail) => {
  expect(failureText(failure, 2000, "figures").detail).toBe(detail);
});
