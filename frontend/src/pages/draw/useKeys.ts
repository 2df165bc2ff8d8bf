import { useCallback } from "react";
import { useKeyActions } from "../../shared/lib/useKeyActions";
import { keyAction, type KeyAction } from "./keys";

/** Ctrl+Z and Escape, unless the focused element needs them. */
export function useKeys(actions: Readonly<Record<KeyAction, () => void>>): void {
  useKeyActions(
    keyAction,
    useCallback(
      (action: KeyAction) => {
        actions[action]();
      },
      [actions],
    ),
  );
}
