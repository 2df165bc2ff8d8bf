import { latinLetter, type Focus, type KeyPress } from "../../shared/lib/keys";
import { classNames } from "../../shared/lib/classes";
import type { Decision } from "./review";

export type ReviewAction =
  | { readonly kind: "decide"; readonly decision: Decision }
  /** Decide what the label says. */
  | { readonly kind: "agree" }
  | { readonly kind: "take-back" };

const DECISIONS: Readonly<Record<string, Decision>> = {
  n: "not_a_digit",
  m: "several",
  x: "disagree",
  s: "skip",
};

/** What a key does on the page, wherever the focus is. */
export function reviewAction(press: KeyPress, focus: Focus): ReviewAction | null {
  if (press.isComposing || press.altKey || focus === "text") return null;
  const letter = latinLetter(press);
  if (press.ctrlKey || press.metaKey) {
    return letter === "z" && !press.shiftKey ? { kind: "take-back" } : null;
  }
  const named = /^\d$/.test(press.key) ? classNames().indexOf(press.key) : -1;
  if (named !== -1) return { kind: "decide", decision: named };
  // Enter presses the focused button
  if (press.key === "Enter") return focus === "page" ? { kind: "agree" } : null;
  if (press.key.length !== 1) return null;
  if (letter === "u") return { kind: "take-back" };
  const decision = DECISIONS[letter];
  return decision === undefined ? null : { kind: "decide", decision };
}

/** Where an arrow key leads in a grid of `count` places, row by row; null for other keys. */
export function placeAfterKey(
  place: number,
  key: string,
  count: number,
  columns: number,
): number | null {
  const keep = (wanted: number) => (wanted >= 0 && wanted < count ? wanted : place);
  switch (key) {
    case "ArrowLeft":
      return keep(place - 1);
    case "ArrowRight":
      return keep(place + 1);
    case "ArrowUp":
      return keep(place - columns);
    case "ArrowDown":
      return keep(place + columns);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
