import { describe, expect, it, test } from "vitest";
import type { KeyPress } from "../../shared/lib/keys";
import { MIDDLE, penAction, penText, placeOf } from "./keyboardPen";

const key = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  isComposing: false,
  ...held,
});
const at = (column: number, row: number) => ({ column, row });

describe("an arrow key", () => {
  it.each([
    ["ArrowLeft", at(4, 9)],
    ["ArrowRight", at(6, 9)],
    ["ArrowUp", at(5, 8)],
    ["ArrowDown", at(5, 10)],
  ])("%s moves one cell", (name, cell) => {
    expect(penAction(at(5, 9), key(name))).toEqual({ kind: "move", through: [cell] });
  });

  it("with Shift moves through five cells", () => {
    const action = penAction(at(5, 9), key("ArrowDown", { shiftKey: true }));
    const through = [10, 11, 12, 13, 14].map((row) => at(5, row));
    expect(action).toEqual({ kind: "move", through });
  });

  it("stops at the edge", () => {
    const action = penAction(at(3, 9), key("ArrowLeft", { shiftKey: true }));
    expect(action?.kind === "move" && action.through.at(-1)).toEqual(at(1, 9));
    expect(penAction(at(5, 20), key("ArrowDown"))).toEqual({ kind: "move", through: [at(5, 20)] });
  });
});

test.each([
  [key(" "), "toggle"],
  [key("Enter"), "toggle"],
  [key("Escape"), "leave"],
])("%o", (press, kind) => {
  expect(penAction(MIDDLE, press)).toEqual({ kind });
});

test.each([
  key("z", { ctrlKey: true }),
  key("ArrowLeft", { altKey: true }), // Back
  key("ArrowLeft", { metaKey: true }),
  key(" ", { shiftKey: true }),
  key("Tab"),
  key("a"),
])("%o is left to the page", (press) => {
  expect(penAction(MIDDLE, press)).toBeNull();
});

test("a cell has a place and a name", () => {
  expect(placeOf(at(1, 20))).toEqual({ x: 0.025, y: 0.975 });
  expect(penText(at(5, 9), true)).toBe("Pen down, column 5, row 9");
});
