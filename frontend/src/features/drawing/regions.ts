import { containInUnit, type Box } from "./geometry";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Left, top, right and bottom in whole pixels of a picture; right and bottom are excluded. */
export type PixelBox = readonly [left: number, top: number, right: number, bottom: number];

/** What of a box is taken hold of: -1 the left or upper edge, 1 the right or lower, 0 neither. */
export interface Grip {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

export const WHOLE: Grip = { x: 0, y: 0 };
export const CORNERS: readonly Grip[] = [
  { x: -1, y: -1 },
  { x: 1, y: -1 },
  { x: -1, y: 1 },
  { x: 1, y: 1 },
];

/** No side of a box is made smaller, in pixels. */
const LEAST_SIDE = 8;

/** The box moved or resized by its grip; it stays inside the picture. */
export function changeBox(
  [left, top, right, bottom]: PixelBox,
  grip: Grip,
  by: { readonly x: number; readonly y: number },
  size: Size,
): PixelBox {
  const [newLeft, newRight] = changeSide(left, right, grip.x, grip.y === 0, by.x, size.width);
  const [newTop, newBottom] = changeSide(top, bottom, grip.y, grip.x === 0, by.y, size.height);
  return [newLeft, newTop, newRight, newBottom];
}

function changeSide(
  low: number,
  high: number,
  edge: -1 | 0 | 1,
  isMoved: boolean,
  by: number,
  length: number,
): readonly [number, number] {
  const step = Math.round(by);
  if (edge === -1) return [Math.max(0, Math.min(low + step, high - LEAST_SIDE)), high];
  if (edge === 1) return [low, Math.min(length, Math.max(high + step, low + LEAST_SIDE))];
  if (!isMoved) return [low, high];
  const move = Math.max(-low, Math.min(step, length - high));
  return [low + move, high + move];
}

export function isSameBox(a: PixelBox, b: PixelBox): boolean {
  return a.every((edge, i) => edge === b[i]);
}

/** Where a box of a picture lies in the field, which shows the picture whole and centred. */
export function boxOnField([left, top, right, bottom]: PixelBox, size: Size): Box {
  const shown = containInUnit(size);
  const side = Math.max(size.width, size.height);
  return {
    left: shown.left + left / side,
    top: shown.top + top / side,
    width: (right - left) / side,
    height: (bottom - top) / side,
  };
}

/** The same as CSS, for an element that is placed in the field. */
export function boxStyle(box: PixelBox, size: Size) {
  const { left, top, width, height } = boxOnField(box, size);
  const percent = (share: number) => `${Number((share * 100).toFixed(3))}%`;
  return {
    left: percent(left),
    top: percent(top),
    width: percent(width),
    height: percent(height),
  };
}
