import { expect, test } from "vitest";
import { csvOf } from "./csv";

test("cells with commas, quotes and line breaks are quoted, unknown ones empty", () => {
  const rows = [
    ["rung", "a, b", 'the "best"'],
    ["cnn", null, 0.9936],
    ["two\nlines", 0, ""],
  ];
  expect(csvOf(rows)).toBe('rung,"a, b","the ""best"""\r\ncnn,,0.9936\r\n"two\nlines",0,\r\n');
});
