import { classNames } from "../../shared/lib/classes";
import type { Focus, KeyPress } from "../../shared/lib/keys";

export type PresentAction =
  | { readonly kind: "climb"; readonly by: 1 | -1 }
  | { readonly kind: "vote"; readonly digit: number };

/** While presenting, arrow keys climb the ladder and digits are votes. */
export function presentAction(press: KeyPress, focus: Focus): PresentAction | null {
  if (press.isComposing || press.altKey || press.ctrlKey || press.metaKey || focus === "text") {
    return null;
  }
  if (press.key === "ArrowUp") return { kind: "climb", by: 1 };
  if (press.key === "ArrowDown") return { kind: "climb", by: -1 };
  const digit = /^\d$/.test(press.key) ? classNames().indexOf(press.key) : -1;
  return digit === -1 ? null : { kind: "vote", digit };
}

const NO_ACTION = (): null => null;

/** Which keys count: those of a presentation, or none of them. */
export function keysOf(isPresenting: boolean): typeof presentAction {
  return isPresenting ? presentAction : NO_ACTION;
}
