import { useEffect } from "react";
import { restoreFocus } from "../../shared/lib/returnFocus";

/** Puts the focus on the digit from which Back has led here, once the page is complete. */
export function useReturnFocus(isComplete: boolean): void {
  useEffect(() => {
    if (isComplete) restoreFocus();
  }, [isComplete]);
}
