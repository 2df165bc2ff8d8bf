import { encode } from "fast-png";
import { expect, test } from "vitest";
import { fieldOfImage } from "./fieldOfImage";

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

test.each([1, 3] as const)("reads the field from a picture of %d channels", (channels) => {
  const field = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
  const data = Uint8Array.from(
    { length: 784 * channels },
    (_, i) => Math.floor(i / channels) % 256,
  );
  const png = encode({ width: 28, height: 28, data, depth: 8, channels });
  expect(fieldOfImage(`data:image/png;base64,${base64(png)}`)).toEqual(field);
});

test.each([null, "", "https://example.org/7.png"])("%j has no field", (image) => {
  expect(fieldOfImage(image)).toBeNull();
});
