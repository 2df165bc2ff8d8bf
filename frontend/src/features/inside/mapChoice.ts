import { middleOf, strongest, whereText } from "../../engine/evidence";
import type { InnerPicture, Speaker } from "../../engine/inner";

export interface ChosenMap {
  /** Counted from 1. */
  readonly block: number;
  readonly map: Speaker;
}

/** "2-17" is map 17 of block 2; without one that there is, the strongest of the first block. */
export function chooseMap(
  text: string | null,
  blocks: readonly (readonly Speaker[])[],
): ChosenMap | null {
  const [, block = "", number = ""] = /^(\d+)-(\d+)$/.exec(text ?? "") ?? [];
  const named = blocks[Number(block) - 1]?.find((map) => map.number === Number(number));
  if (named) return { block: Number(block), map: named };
  const first = blocks[0]?.[0];
  return first ? { block: 1, map: first } : null;
}

export function writeMap(block: number, number: number): string {
  return `${block}-${number}`;
}

/** Where on the field a map is strongest, in words; null where it is silent. */
export function peakText({ grid, values }: InnerPicture): string | null {
  const [peak = 0] = strongest(values, 1);
  return (values[peak] ?? 0) <= 0 ? null : whereText(...middleOf(grid, peak));
}
