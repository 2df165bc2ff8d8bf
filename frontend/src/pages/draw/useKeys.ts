import { useEffect } from "react";
import { focusOf, keyAction, type KeyAction } from "./keys";

/** Ctrl+Z, Escape and Enter, unless the focused element needs them. */
export function useKeys(actions: Readonly<Record<KeyAction, () => void>>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const focus = event.target instanceof HTMLElement ? focusOf(event.target) : "page";
      const action = keyAction(event, focus);
      if (action === null) return;
      event.preventDefault();
      actions[action]();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
    };
  }, [actions]);
}
