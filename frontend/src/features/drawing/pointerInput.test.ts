import { describe, expect, it, test } from "vitest";
import type { Point } from "../../engine/strokes";
import {
  cancel,
  lift,
  move,
  NO_POINTER,
  PALM_AFTER_PEN_MS,
  PALM_BEFORE_PEN_MS,
  press,
  type Pointer,
  type PointerState,
} from "./pointerInput";

const finger = (overrides: Partial<Pointer> = {}): Pointer => ({
  pointerId: 1,
  pointerType: "touch",
  isPrimary: true,
  button: 0,
  buttons: 1,
  timeStamp: 0,
  ...overrides,
});
const stylus = (timeStamp: number): Pointer =>
  finger({ pointerId: 5, pointerType: "pen", timeStamp });
const at = (x: number, y = 0): Point => ({ x, y });
const WIDTH = 0.1;

function drawn(...points: readonly [Point, ...Point[]]): PointerState {
  const [first, ...rest] = points;
  const { state } = press(NO_POINTER, finger(), first, WIDTH);
  return move(state, finger(), rest).state;
}
const pointsOf = (state: PointerState) => state.active?.stroke.points;

describe("press", () => {
  it("begins a stroke where the pointer touches", () => {
    const { state, finished } = press(NO_POINTER, finger(), at(0.5), WIDTH);
    expect(state.active?.stroke).toEqual({ points: [at(0.5)], width: WIDTH });
    expect(finished).toBeUndefined();
  });

  test.each([
    ["a second finger", finger({ pointerId: 2, isPrimary: false })],
    ["the right mouse button", finger({ pointerType: "mouse", button: 2 })],
    ["a mouse while a finger draws", finger({ pointerId: 9, pointerType: "mouse" })],
  ])("ignores %s", (_, pointer) => {
    const state = drawn(at(0), at(0.5));
    expect(press(state, pointer, at(0.9), WIDTH)).toEqual({ state });
  });

  it("ignores the pen's eraser", () => {
    const { state, finished } = press(
      drawn(at(0), at(0.5)),
      { ...stylus(0), button: 5 },
      at(0.9),
      WIDTH,
    );
    expect(pointsOf(state)).toEqual([at(0), at(0.5)]);
    expect(finished).toBeUndefined();
  });

  it("completes a stroke whose end was never reported", () => {
    const before = drawn(at(0), at(0.5));
    const { state, finished } = press(before, finger({ pointerId: 2 }), at(0.9), WIDTH);
    expect(finished?.points).toEqual([at(0), at(0.5)]);
    expect(pointsOf(state)).toEqual([at(0.9)]);
  });
});

describe("palm rejection", () => {
  const afterPen = lift(press(NO_POINTER, stylus(1000), at(0.5), WIDTH).state, stylus(1200)).state;

  it("replaces the palm's touch by the pen", () => {
    const { state, finished } = press(drawn(at(0), at(0.5)), stylus(0), at(0.9), WIDTH);
    expect(pointsOf(state)).toEqual([at(0.9)]);
    expect(finished).toBeUndefined();
  });

  test.each([
    ["just after a pen's stroke", 1201, false],
    ["within the time", 1199 + PALM_AFTER_PEN_MS, false],
    ["later", 1200 + PALM_AFTER_PEN_MS, true],
  ])("a touch %s draws: %s, %s", (_, timeStamp, draws) => {
    const { state } = press(afterPen, finger({ timeStamp }), at(0.1), WIDTH);
    expect(state.active !== null).toBe(draws);
  });

  it("ignores touches while a pen hovers", () => {
    const hovering = move(NO_POINTER, { ...stylus(5000), buttons: 0 }, [at(0.5)]).state;
    expect(press(hovering, finger({ timeStamp: 5100 }), at(0.1), WIDTH).state.active).toBeNull();
  });

  it("lets the mouse draw after the pen", () => {
    const mouse = finger({ pointerType: "mouse", timeStamp: 1300 });
    expect(press(afterPen, mouse, at(0.1), WIDTH).state.active).not.toBeNull();
  });

  test.each<[string, readonly [Point, ...Point[]], number, boolean]>([
    ["a dot just before the pen", [at(0)], PALM_BEFORE_PEN_MS - 1, true],
    ["a dot long before the pen", [at(0)], PALM_BEFORE_PEN_MS, false],
    ["a line just before the pen", [at(0), at(0.5)], 10, false],
  ])("%s: %j, %d ms, is removed: %s", (_, points, timeStamp, removed) => {
    const lifted = lift(drawn(...points), finger()).state;
    const { removesDot = false } = press(lifted, stylus(timeStamp), at(0.9), WIDTH);
    expect(removesDot).toBe(removed);
  });

  it("keeps a dot once something else was drawn", () => {
    const dot = lift(drawn(at(0)), finger()).state;
    const line = move(press(dot, finger(), at(0), WIDTH).state, finger(), [at(0.5)]).state;
    const result = press(lift(line, finger()).state, stylus(10), at(0.9), WIDTH);
    expect(result.removesDot).toBeUndefined();
  });
});

describe("move", () => {
  it("adds the coalesced points in order", () => {
    expect(pointsOf(drawn(at(0), at(0.1), at(0.2)))).toEqual([at(0), at(0.1), at(0.2)]);
  });

  test.each([
    ["no active stroke", NO_POINTER],
    ["another pointer's stroke", drawn(at(0), at(0.5))],
  ])("does nothing with %s", (_, state) => {
    expect(move(state, finger({ pointerId: 7 }), [at(0.9)])).toEqual({ state });
  });

  it("completes the stroke when the button was released elsewhere", () => {
    const result = move(drawn(at(0), at(0.5)), finger({ buttons: 0 }), [at(0.9)]);
    expect(result.state.active).toBeNull();
    expect(result.finished?.points).toEqual([at(0), at(0.5)]);
  });
});

describe("lift", () => {
  it("completes the stroke, a tap too", () => {
    expect(lift(drawn(at(0.4)), finger()).finished?.points).toEqual([at(0.4)]);
  });
  it("ignores a second finger", () => {
    const state = drawn(at(0), at(0.5));
    expect(lift(state, finger({ pointerId: 2 }))).toEqual({ state });
  });
});

describe("cancel", () => {
  test.each([
    ["keeps a visible line", drawn(at(0), at(0.5)), true],
    ["keeps a line as long as the brush is wide", drawn(at(0), at(WIDTH)), true],
    ["drops the touch that began a system gesture", drawn(at(0), at(0.05)), false],
    ["drops a tap", drawn(at(0)), false],
  ])("%s", (_, state, kept) => {
    const result = cancel(state, finger());
    expect(result.state.active).toBeNull();
    expect(result.finished !== undefined).toBe(kept);
  });
  it("of another pointer changes nothing", () => {
    const state = drawn(at(0), at(0.5));
    expect(cancel(state, finger({ pointerId: 2 }))).toEqual({ state });
  });
});
