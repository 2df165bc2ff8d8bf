import { expect, test } from "vitest";
import { withArticle } from "./article";

test.each<[number | string, string]>([
  [0, "a 0"],
  [1, "a 1"],
  [7, "a 7"],
  [8, "an 8"],
  [9, "a 9"],
  [10, "a 10"],
  [11, "an 11"],
  [18, "an 18"],
  [81, "an 81"],
  [118, "a 118"],
  ["visitor", "a visitor"],
  ["admin", "an admin"],
])("%s", (what, text) => {
  expect(withArticle(what)).toBe(text);
});
