import { describe, expect, it } from "vitest";
import { apart, colour, contrast, VISION } from "../../shared/theme/colourVision";

const names = [...Array(8).keys()].map((i) => `model-${i + 1}`);

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  it.each(Object.entries(VISION))("any two rungs differ for %s vision", (_, vision) => {
    const colours = names.map((name) => colour(name, scheme));
    colours.forEach((a, i) => {
      for (const b of colours.slice(i + 1)) expect(apart(a, b, vision)).toBeGreaterThan(0.12);
    });
  });

  it.each(names)("%s stands out from what it is drawn on", (name) => {
    for (const ground of ["ground", "paper"]) {
      expect(contrast(colour(name, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(3);
    }
  });

  // the mixes of the scale lie between its two ends
  it.each(["heat", "paper"])("ink is readable on %s", (name) => {
    expect(contrast(colour("ink", scheme), colour(name, scheme))).toBeGreaterThanOrEqual(4.5);
  });
});
