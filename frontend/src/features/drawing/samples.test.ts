import { expect, test } from "vitest";
import { SAMPLES } from "./samples";

test.each(SAMPLES)("sample $digit lies inside the field, ink and all", ({ strokes }) => {
  for (const { points, width } of strokes) {
    expect(points.length).toBeGreaterThan(1);
    for (const { x, y } of points) {
      for (const place of [x, y]) {
        expect(place - width / 2).toBeGreaterThan(0.05);
        expect(place + width / 2).toBeLessThan(0.95);
      }
    }
  }
});
