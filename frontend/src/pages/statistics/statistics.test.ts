import { expect, it } from "vitest";
import { pollMs } from "./statistics";

it.each([
  [20, 5_000],
  [500, 5_000],
  [4_000, 40_000],
])("asks again for figures that took %i ms after %i ms", (tookMs, after) => {
  expect(pollMs({ tookMs })).toBe(after);
});
