import { expect, test } from "vitest";
import { dragged, handlePlaces, type Handle } from "./handles";
import { UNTOUCHED, type Nudge } from "./nudge";

const place = (handle: Handle, nudge: Nudge) =>
  handle === "shift" ? { x: 13.5, y: 13.5 } : handlePlaces(nudge)[handle];

// dragged by (x, y) pixels from where it is
test.each<[Handle, Partial<Nudge>, [number, number], Partial<Nudge>]>([
  ["shift", {}, [3.2, -1.6], { shiftX: 3, shiftY: -2 }],
  ["shift", { shiftX: 2 }, [-99, 0], { shiftX: -6 }],
  ["turn", {}, [12.5, 12.5], { turn: 45 }],
  ["turn", {}, [-4.4, 0.8], { turn: -20 }],
  ["turn", { turn: 10, shiftX: 3 }, [0, 0], { turn: 10 }],
  ["scale", {}, [2, 2], { scale: 1.2 }],
  ["scale", { turn: 30, slant: 10 }, [0, 0], {}],
  ["slant", {}, [3.64, 0], { slant: 20 }],
  ["slant", { turn: 45 }, [-2.6, -2.6], { slant: -20 }],
  ["erase", { erase: 4 }, [3.3, -30], { eraseX: 17, eraseY: 0 }],
])("%s of %j dragged by %j", (handle, before, [x, y], change) => {
  const start = { ...UNTOUCHED, ...before };
  const from = place(handle, start);
  const to = { x: from.x + x, y: from.y + y };
  expect(dragged(handle, start, from, to)).toEqual({ ...start, ...change });
});

test("a handle stays under the pointer that drags it", () => {
  for (const handle of ["turn", "scale", "slant"] as const) {
    const from = handlePlaces(UNTOUCHED)[handle];
    const to = { x: from.x + 1.5, y: from.y + 0.4 };
    const found = handlePlaces(dragged(handle, UNTOUCHED, from, to))[handle];
    expect(Math.hypot(found.x - to.x, found.y - to.y)).toBeLessThan(1.2);
  }
});
