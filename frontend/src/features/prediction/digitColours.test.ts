import { describe, expect, it } from "vitest";
import { apart, colour, contrast, VISION } from "../../shared/theme/colourVision";

const names = [...Array(10).keys()].map((digit) => `digit-${digit}`);

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  it.each(Object.entries(VISION))("any two slices differ for %s vision", (_, vision) => {
    const colours = names.map((name) => colour(name, scheme));
    colours.forEach((a, i) => {
      for (const b of colours.slice(i + 1)) expect(apart(a, b, vision)).toBeGreaterThan(0.09);
    });
  });

  it.each(names)("%s stands out from the ground", (name) => {
    expect(contrast(colour(name, scheme), colour("ground", scheme))).toBeGreaterThanOrEqual(3);
  });
});
