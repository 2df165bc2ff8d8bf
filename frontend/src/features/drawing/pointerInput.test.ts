import { describe, expect, it, test } from "vitest";
import type { Point } from "./geometry";
import { cancel, lift, move, press, type Pen, type Pointer } from "./pointerInput";

const finger = (overrides: Partial<Pointer> = {}): Pointer => ({
  pointerId: 1,
  pointerType: "touch",
  isPrimary: true,
  button: 0,
  buttons: 1,
  ...overrides,
});
const at = (x: number, y = 0): Point => ({ x, y });
const WIDTH = 0.1;

function drawn(...points: readonly [Point, ...Point[]]): Pen {
  const [first, ...rest] = points;
  const { pen } = press(null, finger(), first, WIDTH);
  return move(pen, finger(), rest).pen;
}

describe("press", () => {
  it("begins a stroke where the pointer touches", () => {
    const { pen, finished } = press(null, finger(), at(0.5), WIDTH);
    expect(pen?.stroke).toEqual({ points: [at(0.5)], width: WIDTH });
    expect(finished).toBeUndefined();
  });

  test.each([
    ["a second finger", finger({ pointerId: 2, isPrimary: false })],
    ["the right mouse button", finger({ pointerType: "mouse", button: 2 })],
    ["the pen's eraser", finger({ pointerType: "pen", button: 5 })],
    ["a mouse while a finger draws", finger({ pointerId: 9, pointerType: "mouse" })],
  ])("ignores %s", (_, pointer) => {
    const pen = drawn(at(0), at(0.5));
    expect(press(pen, pointer, at(0.9), WIDTH)).toEqual({ pen });
  });

  it("lets the pen take over from the ball of the hand", () => {
    const stylus = finger({ pointerId: 5, pointerType: "pen" });
    const { pen, finished } = press(drawn(at(0), at(0.5)), stylus, at(0.9), WIDTH);
    expect(pen?.stroke.points).toEqual([at(0.9)]);
    expect(finished).toBeUndefined();
  });

  it("completes a stroke whose end was never reported", () => {
    const { pen, finished } = press(
      drawn(at(0), at(0.5)),
      finger({ pointerId: 2 }),
      at(0.9),
      WIDTH,
    );
    expect(finished?.points).toEqual([at(0), at(0.5)]);
    expect(pen?.stroke.points).toEqual([at(0.9)]);
  });
});

describe("move", () => {
  it("adds the coalesced points in order", () => {
    expect(drawn(at(0), at(0.1), at(0.2))?.stroke.points).toEqual([at(0), at(0.1), at(0.2)]);
  });

  test.each([
    ["no stroke under way", null],
    ["another pointer's stroke", drawn(at(0), at(0.5))],
  ])("does nothing with %s", (_, pen) => {
    expect(move(pen, finger({ pointerId: 7 }), [at(0.9)])).toEqual({ pen });
  });

  it("completes the stroke when the button was let go elsewhere", () => {
    const result = move(drawn(at(0), at(0.5)), finger({ buttons: 0 }), [at(0.9)]);
    expect(result.pen).toBeNull();
    expect(result.finished?.points).toEqual([at(0), at(0.5)]);
  });
});

describe("lift", () => {
  it("completes the stroke, a tap too", () => {
    expect(lift(drawn(at(0.4)), finger()).finished?.points).toEqual([at(0.4)]);
  });
  it("is not the second finger's to do", () => {
    const pen = drawn(at(0), at(0.5));
    expect(lift(pen, finger({ pointerId: 2 }))).toEqual({ pen });
  });
});

describe("cancel", () => {
  test.each([
    ["keeps a line that was seen", drawn(at(0), at(0.5)), true],
    ["keeps a line as long as the pen is wide", drawn(at(0), at(WIDTH)), true],
    ["drops the touch that began a system gesture", drawn(at(0), at(0.05)), false],
    ["drops a mere touch", drawn(at(0)), false],
  ])("%s", (_, pen, kept) => {
    const result = cancel(pen, finger());
    expect(result.pen).toBeNull();
    expect(result.finished !== undefined).toBe(kept);
  });
  it("of another pointer changes nothing", () => {
    const pen = drawn(at(0), at(0.5));
    expect(cancel(pen, finger({ pointerId: 2 }))).toEqual({ pen });
  });
});
