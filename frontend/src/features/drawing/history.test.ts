import { describe, expect, it } from "vitest";
import type { Stroke } from "../../engine/strokes";
import { EMPTY_HISTORY, historyReducer, isEmpty, type History, type Step } from "./history";
import type { Picture } from "./picture";

const stroke = (x: number): Stroke => ({ points: [{ x, y: x }], width: 0.1 });
const draw = (x: number): Step => ({ kind: "stroke", stroke: stroke(x) });
// only its identity counts here
const picture = { name: "seven.png" } as Picture;
const after = (...steps: Step[]): History => steps.reduce(historyReducer, EMPTY_HISTORY);

describe("historyReducer", () => {
  it("undoes stroke by stroke and redoes in order", () => {
    const history = after(draw(0.1), draw(0.2), { kind: "undo" }, { kind: "undo" });
    expect(isEmpty(history.present)).toBe(true);
    const again = historyReducer(historyReducer(history, { kind: "redo" }), { kind: "redo" });
    expect(again.present.strokes).toEqual([stroke(0.1), stroke(0.2)]);
  });

  it("forgets the redone once something new is drawn", () => {
    const history = after(draw(0.1), { kind: "undo" }, draw(0.2), { kind: "redo" });
    expect(history.present.strokes).toEqual([stroke(0.2)]);
  });

  it("brings back what was cleared", () => {
    const history = after(draw(0.1), draw(0.2), { kind: "clear" }, { kind: "undo" });
    expect(history.present.strokes).toHaveLength(2);
  });

  it.each<[string, Step]>([
    ["undo", { kind: "undo" }],
    ["redo", { kind: "redo" }],
    ["clear", { kind: "clear" }],
  ])("%s on an empty field is no step", (_, step) => {
    expect(historyReducer(EMPTY_HISTORY, step)).toBe(EMPTY_HISTORY);
  });

  it("starts anew where the pen touches a picture, and undo brings the picture back", () => {
    const history = after({ kind: "picture", picture }, draw(0.3));
    expect(history.present).toEqual({ strokes: [stroke(0.3)], picture: null });
    expect(historyReducer(history, { kind: "undo" }).present.picture).toBe(picture);
  });

  it("keeps the drawing behind an opened picture or a sample", () => {
    const opened = after(draw(0.1), { kind: "picture", picture });
    expect(historyReducer(opened, { kind: "undo" }).present.strokes).toEqual([stroke(0.1)]);
    const sampled = after(draw(0.1), { kind: "sample", strokes: [stroke(0.5)] });
    expect(sampled.present.strokes).toEqual([stroke(0.5)]);
    expect(historyReducer(sampled, { kind: "undo" }).present.strokes).toEqual([stroke(0.1)]);
  });

  it("reads a part of a picture, and undo goes back to all of it", () => {
    const part = (left: number): Step => ({ kind: "region", region: [left, 0, 9, 9] });
    const history = after({ kind: "picture", picture }, part(1), part(2));
    expect(history.present.picture?.region).toEqual([2, 0, 9, 9]);
    expect(historyReducer(history, { kind: "undo" }).present.picture).toBe(picture);
    const whole = historyReducer(history, { kind: "region", region: null });
    expect(whole.present.picture?.region).toBeNull();
    expect(after(draw(0.1), part(1)).present.picture).toBeNull();
  });

  it("keeps the last 200 steps", () => {
    const history = after(...Array.from({ length: 250 }, (_, i) => draw(i / 250)));
    expect(history.past).toHaveLength(200);
    expect(history.present.strokes).toHaveLength(250);
  });
});
