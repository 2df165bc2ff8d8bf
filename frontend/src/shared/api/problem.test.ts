import { describe, expect, test } from "vitest";
import { retryDelayMs, type Failure } from "./failure";
import { failureOf, retryAfterSeconds } from "./problem";

const NOW = new Date("2026-01-01T00:00:00Z");

test.each([
  [null, null],
  ["", null],
  ["0", 0],
  ["3", 3],
  [" 12 ", 12],
  ["-1", null],
  ["soon", null],
  ["Thu, 01 Jan 2026 00:00:05 GMT", 5],
  ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
])("Retry-After %j is %j s", (header, seconds) => {
  expect(retryAfterSeconds(header, NOW)).toBe(seconds);
});

test.each<[string, { status: number; retryAfter?: string; body: unknown }, Failure]>([
  [
    "a blank drawing",
    { status: 422, body: { type: "urn:digit-ladder:problem:blank-drawing", detail: "no ink" } },
    { kind: "blank", detail: "no ink" },
  ],
  [
    "another unreadable picture",
    {
      status: 422,
      body: { type: "urn:x:unreadable-picture", title: "Unreadable", detail: "truncated" },
    },
    { kind: "refused", status: 422, title: "Unreadable", detail: "truncated" },
  ],
  [
    "not ready, with a time",
    { status: 503, retryAfter: "2", body: { title: "Not ready", detail: "warming up" } },
    { kind: "not-ready", detail: "warming up", retryAfterSeconds: 2 },
  ],
  [
    "a proxy's 503 without a body",
    { status: 503, body: undefined },
    { kind: "not-ready", detail: "", retryAfterSeconds: null },
  ],
  [
    "over capacity",
    { status: 503, retryAfter: "1", body: { type: "urn:x:over-capacity", detail: "one more" } },
    { kind: "busy", retryAfterSeconds: 1 },
  ],
  [
    "too many requests",
    { status: 429, retryAfter: "12", body: { title: "Too many requests" } },
    { kind: "rate-limited", retryAfterSeconds: 12 },
  ],
  [
    "a proxy's 429 without a time",
    { status: 429, body: undefined },
    { kind: "rate-limited", retryAfterSeconds: null },
  ],
  ["no key", { status: 401, body: { title: "An API key is needed" } }, { kind: "locked" }],
  [
    "a proxy's HTML",
    { status: 502, body: undefined },
    { kind: "refused", status: 502, title: "The server answered 502", detail: "" },
  ],
  [
    "fields of the wrong type",
    { status: 400, body: { title: 7, detail: null } },
    { kind: "refused", status: 400, title: "The server answered 400", detail: "" },
  ],
])("%s", (_, { status, retryAfter = null, body }, failure) => {
  expect(failureOf({ status, retryAfter, body }, NOW)).toEqual(failure);
});

describe("retryDelayMs", () => {
  const notReady = (seconds: number | null): Failure => ({
    kind: "not-ready",
    detail: "",
    retryAfterSeconds: seconds,
  });
  test.each<[string, Failure, number, number | null]>([
    ["the server's Retry-After", notReady(3), 5, 3_000],
    ["at least one second", notReady(0), 0, 1_000],
    ["at most half a minute", notReady(3600), 0, 30_000],
    ["without Retry-After the wait doubles", notReady(null), 2, 8_000],
    ["a busy server", { kind: "busy", retryAfterSeconds: 2 }, 5, 2_000],
    ["a rate limit", { kind: "rate-limited", retryAfterSeconds: 360 }, 0, 360_000],
    [
      "a rate limit, at most an hour",
      { kind: "rate-limited", retryAfterSeconds: 999_999 },
      0,
      3_600_000,
    ],
    ["a rate limit without a time", { kind: "rate-limited", retryAfterSeconds: null }, 1, 4_000],
    ["an expired session", { kind: "locked" }, 0, null],
    ["unreachable", { kind: "unreachable" }, 0, 2_000],
    ["unreachable for a long time", { kind: "unreachable" }, 12, 30_000],
    ["a refusal", { kind: "refused", status: 413, title: "", detail: "" }, 0, null],
    ["a blank drawing", { kind: "blank", detail: "" }, 0, null],
  ])("%s", (_, failure, attempt, delay) => {
    expect(retryDelayMs(failure, attempt)).toBe(delay);
  });
});
