import { expect, test } from "vitest";
import { AS_IS } from "./format";
import { linearAxis, logAxis } from "./scales";

test.each([
  [[0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [[0.93, 0.997], 5, [0.92, 0.94, 0.96, 0.98, 1]],
  [[0, 30], 5, [0, 10, 20, 30]],
  [[-45, 45], 5, [-60, -40, -20, 0, 20, 40, 60]],
  [[5, 5], 5, [5, 6]],
  [[], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
])("linearAxis around %j", (values, wanted, ticks) => {
  const axis = linearAxis("x", values, AS_IS, wanted);
  expect(axis.ticks).toEqual(ticks);
  expect(axis.domain).toEqual([ticks[0], ticks.at(-1)]);
});

test.each([
  [
    [0.03, 0.4],
    [0.02, 0.05, 0.1, 0.2, 0.5],
  ],
  [
    [0.1, 0.1],
    [0.1, 0.2],
  ],
  [
    [0, 0.3],
    [0.2, 0.5],
  ],
  [[], [0.1, 0.2, 0.5, 1]],
])("logAxis around %j", (values, ticks) => {
  expect(logAxis("y", values, AS_IS).ticks).toEqual(ticks);
});
