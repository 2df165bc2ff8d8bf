import type { DigitSheet } from "../../shared/api/types";

/** The CSS that shows one digit of the sheet at a given size. */
export interface SpriteStyle {
  readonly width: number;
  readonly height: number;
  readonly backgroundPosition: string;
  readonly backgroundSize: string;
}

/** The digit at a place of the sheet, counted row by row, `side` pixels wide. */
export function spriteStyle(
  { columns, indices }: Pick<DigitSheet, "columns" | "indices">,
  place: number,
  side: number,
): SpriteStyle {
  const left = (place % columns) * side;
  const top = Math.floor(place / columns) * side;
  const rows = Math.ceil(indices.length / columns);
  return {
    width: side,
    height: side,
    backgroundPosition: `${-left}px ${-top}px`,
    backgroundSize: `${columns * side}px ${rows * side}px`,
  };
}

/** The place of each test digit in the sheet. */
export function placesOf(sheet: Pick<DigitSheet, "indices">): ReadonlyMap<number, number> {
  return new Map(sheet.indices.map((index, place) => [index, place]));
}
