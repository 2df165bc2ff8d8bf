import { useEffect } from "react";
import { focusOf, type Focus, type KeyPress } from "./keys";

/** Does what a key press anywhere on the page means, and then keeps the browser from its own. */
export function useKeyActions<Action>(
  actionOf: (press: KeyPress, focus: Focus) => Action | null,
  act: (action: Action) => void,
): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const focus = event.target instanceof HTMLElement ? focusOf(event.target) : "page";
      const action = actionOf(event, focus);
      if (action === null) return;
      event.preventDefault();
      act(action);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
    };
  }, [actionOf, act]);
}
