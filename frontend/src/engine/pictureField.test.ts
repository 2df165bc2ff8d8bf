import { describe, expect, test } from "vitest";
import { decodePng } from "./decodePng";
import { pictureOf } from "./picture";
import cases from "./pictureCases.json";
import { preprocessPicture } from "./pictureField";
import { LeftToService } from "./pictureInk";

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64"));
const see = (png: string) => preprocessPicture(pictureOf(decodePng(bytes(png))));

describe("the field is the service's", () => {
  test.each(cases.filter(({ left }) => left === null))("$name", ({ png, field }) => {
    const seen = see(png);
    if (field === null) {
      expect(seen).toBeNull();
      return;
    }
    const expected = bytes(field);
    const off = expected.map((level, i) => Math.abs(level - (seen?.field[i] ?? NaN)));
    expect(off).toHaveLength(784);
    expect(Math.max(...off)).toBeLessThanOrEqual(2);
  });
});

describe("what is not read the same is left to the service", () => {
  test.each(cases.filter(({ left }) => left !== null))("$name", ({ png, left }) => {
    expect(() => see(png)).toThrow(LeftToService);
    expect(() => see(png)).toThrow(left ?? "");
  });
});

test("the box is in pixels of the picture, and says on which ground", () => {
  const large = cases.find(({ name }) => name === "large, reduced");
  const small = cases.find(({ name }) => name === "light on dark");
  const [left = 0, top = 0, right = 0, bottom = 0] = see(large?.png ?? "")?.box ?? [];
  expect(right - left).toBeGreaterThan(400);
  expect([right <= 1152, bottom <= 960, top > 100]).toEqual([true, true, true]);
  expect(see(small?.png ?? "")?.inverted).toBe(false);
  expect(see(large?.png ?? "")?.inverted).toBe(true);
});

describe("as it is", () => {
  const side = 28;
  const of = (data: Uint8Array) => ({
    grey: { data, width: side, height: side },
    width: side,
    height: side,
    reduction: 1,
  });

  test("a 28×28 picture keeps every pixel, wherever its ink lies", () => {
    const data = Uint8Array.from({ length: side * side }, (_, i) => (i < side ? 200 : 0));
    expect(preprocessPicture(of(data), "as_is")?.field).toEqual(data);
  });

  test("one of a single level is blank", () => {
    expect(preprocessPicture(of(new Uint8Array(side * side).fill(90)), "as_is")).toBeNull();
  });
});
