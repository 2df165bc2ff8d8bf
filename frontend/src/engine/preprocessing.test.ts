import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import cases from "./fieldCases.json";
import { fieldOf, preprocess } from "./preprocessing";

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64"));

describe("the field is the service's", () => {
  test.each(cases)("$name", ({ png, field }) => {
    const { data, width } = decode(bytes(png));
    const preprocessed = preprocess(Uint8Array.from(data), width);
    if (field === null) {
      expect(preprocessed).toBeNull();
      return;
    }
    const expected = bytes(field);
    expect(expected).toHaveLength(784);
    const off = expected.map((level, i) => Math.abs(level - (preprocessed?.field[i] ?? NaN)));
    expect(Math.max(...off)).toBeLessThanOrEqual(2);
  });
});

test("the box is the ink's, in pixels of the picture", () => {
  const square = new Uint8Array(100 * 100).fill(255);
  for (let y = 20; y < 70; y += 1) square.fill(0, y * 100 + 40, y * 100 + 45);
  expect(preprocess(square, 100)?.box).toEqual([40, 20, 45, 70]);
});

test("no strokes have no field", () => {
  expect(fieldOf([])).toBeNull();
});
