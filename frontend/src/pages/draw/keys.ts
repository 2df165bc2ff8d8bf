import { latinLetter, type Focus, type KeyPress } from "../../shared/lib/keys";

export type KeyAction = "undo" | "redo" | "clear";

export function keyAction(press: KeyPress, focus: Focus): KeyAction | null {
  if (press.isComposing || press.altKey || focus === "text") return null;
  const command = press.ctrlKey || press.metaKey;
  if (command) {
    const letter = latinLetter(press);
    if (letter === "z") return press.shiftKey ? "redo" : "undo";
    return letter === "y" && !press.shiftKey ? "redo" : null;
  }
  return press.key === "Escape" && !press.shiftKey ? "clear" : null;
}
