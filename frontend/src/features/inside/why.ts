import { classNames } from "../../shared/lib/classes";
import { strongest } from "../../engine/evidence";

/** Two digits whose evidence is compared: why `digit` and not `other`? */
export interface Why {
  readonly digit: number;
  readonly other: number;
}

/** "7-1" is why 7 and not 1; null for anything else. */
export function readWhy(text: string | null): Why | null {
  const match = /^(\d{1,3})-(\d{1,3})$/.exec(text ?? "");
  if (!match || match[1] === match[2]) return null;
  const [digit, other] = [Number(match[1]), Number(match[2])];
  return Math.max(digit, other) < classNames().length ? { digit, other } : null;
}

export function writeWhy({ digit, other }: Why): string {
  return `${digit}-${other}`;
}

/** The two digits that the link names, else the answer and the runner-up. */
export function theTwo(text: string | null, logits: readonly number[]): Why {
  const [first = 0, second = 1] = strongest(logits, 2);
  return readWhy(text) ?? { digit: first, other: second };
}
