import { expect, test } from "vitest";
import { markerPath, MARKERS, modelStyle } from "./modelStyle";

test("no two of the first 56 rungs look the same", () => {
  const looks = Array.from({ length: 56 }, (_, i) => JSON.stringify(modelStyle(i + 1)));
  expect(new Set(looks).size).toBe(56);
});

test("the first six differ in colour and in marker", () => {
  const styles = Array.from({ length: 6 }, (_, i) => modelStyle(i + 1));
  expect(new Set(styles.map(({ colour }) => colour)).size).toBe(6);
  expect(new Set(styles.map(({ marker }) => marker)).size).toBe(6);
});

test.each(MARKERS)("%s is a closed path around its point", (marker) => {
  const path = markerPath(marker, 10, 20, 4);
  expect(path).toMatch(/^M.*z$/);
  expect(path).not.toContain("NaN");
});
