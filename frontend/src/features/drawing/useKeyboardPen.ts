import { useState, type FocusEvent, type KeyboardEvent } from "react";
import { KEYBOARD, MIDDLE, penAction, penText, placeOf, type PenCell } from "./keyboardPen";
import type { DrawingState } from "./useDrawing";

/** The pen that the arrow keys move, while the field has the keyboard's focus. */
export function useKeyboardPen({ press, move, lift, activeStroke }: DrawingState) {
  const [cell, setCell] = useState(MIDDLE);
  const [isActive, setIsActive] = useState(false);
  const [spoken, setSpoken] = useState("");
  const isDown = () => isActive && activeStroke() !== null;
  const raise = (timeStamp: number) => {
    if (isDown()) lift({ ...KEYBOARD, timeStamp });
  };
  const leave = (timeStamp: number) => {
    raise(timeStamp);
    setIsActive(false);
    setSpoken("");
  };
  const go = (through: readonly PenCell[], timeStamp: number) => {
    const last = through.at(-1) ?? cell;
    if (isDown()) move({ ...KEYBOARD, timeStamp }, through.map(placeOf));
    setCell(last);
    setSpoken(penText(last, isDown()));
  };

  return {
    /** Where to show it; null while it is not in use. */
    cell: isActive ? cell : null,
    spoken,
    /** Another pointer draws now. */
    leave,
    onFocus: ({ target }: FocusEvent) => {
      // a mouse focuses the field, too; then the arrow keys scroll the page
      if (!target.matches(":focus-visible")) return;
      setIsActive(true);
      setSpoken(penText(cell, false));
    },
    onBlur: ({ timeStamp }: FocusEvent) => {
      leave(timeStamp);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const action = isActive ? penAction(cell, event.nativeEvent) : null;
      if (!action) return;
      event.preventDefault(); // arrows and Space would scroll, Escape would clear the field
      const { timeStamp } = event;
      if (action.kind === "move") {
        go(action.through, timeStamp);
      } else if (isDown()) {
        raise(timeStamp);
        setSpoken(penText(cell, false));
      } else if (action.kind === "leave") {
        event.currentTarget.blur();
      } else {
        press({ ...KEYBOARD, timeStamp }, placeOf(cell));
        setSpoken(penText(cell, true));
      }
    },
  };
}
