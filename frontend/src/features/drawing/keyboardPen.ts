import type { Point } from "../../engine/strokes";
import type { KeyPress } from "../../shared/lib/keys";
import type { Pointer } from "./pointerInput";

/** Where the pen is that the arrow keys move: a cell of a grid over the field, counted from 1. */
export interface PenCell {
  readonly column: number;
  readonly row: number;
}

/** What a key does with the pen. `through` are the cells on the way, the last one included. */
export type PenAction =
  | { readonly kind: "move"; readonly through: readonly PenCell[] }
  | { readonly kind: "toggle" }
  | { readonly kind: "leave" };

/** Cells a side: a step is half as long as the thickest pen is wide, and a seven takes twenty. */
export const CELLS = 20;
const FAR = 5;
export const MIDDLE: PenCell = { column: CELLS / 2, row: CELLS / 2 };

/** The keyboard as drawing sees it: a pointer that is always in contact. */
export const KEYBOARD: Omit<Pointer, "timeStamp"> = {
  pointerId: -1,
  pointerType: "keyboard",
  isPrimary: true,
  button: 0,
  buttons: 1,
};

const ARROWS: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Null for keys that are left to the page: undo, redo and everything with Ctrl. */
export function penAction(cell: PenCell, press: KeyPress): PenAction | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return null;
  const arrow = ARROWS[press.key];
  if (arrow) {
    const through = Array.from({ length: press.shiftKey ? FAR : 1 }, (_, i) => ({
      column: inside(cell.column + arrow.x * (i + 1)),
      row: inside(cell.row + arrow.y * (i + 1)),
    }));
    return { kind: "move", through };
  }
  if (press.shiftKey) return null;
  if (press.key === " " || press.key === "Enter") return { kind: "toggle" };
  return press.key === "Escape" ? { kind: "leave" } : null;
}

/** A cell's middle, as a place in the unit square. */
export function placeOf({ column, row }: PenCell): Point {
  return { x: (column - 0.5) / CELLS, y: (row - 0.5) / CELLS };
}

/** What a screen reader says after each key. */
export function penText({ column, row }: PenCell, isDown: boolean): string {
  return `Pen ${isDown ? "down" : "up"}, column ${column}, row ${row}`;
}

function inside(place: number): number {
  return Math.max(1, Math.min(place, CELLS));
}
