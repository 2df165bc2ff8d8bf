import { expect, test } from "vitest";
import type { Focus, KeyPress } from "../../shared/lib/keys";
import { keyAction, type KeyAction } from "./keys";

const press = (keys: string): KeyPress => {
  const parts = keys.split("+");
  return {
    key: parts.at(-1) ?? "",
    code: "",
    ctrlKey: parts.includes("Ctrl"),
    metaKey: parts.includes("Cmd"),
    shiftKey: parts.includes("Shift"),
    altKey: parts.includes("Alt"),
    isComposing: false,
  };
};

test.each<[string, Focus, KeyAction | null]>([
  ["Ctrl+z", "page", "undo"],
  ["Cmd+z", "page", "undo"],
  ["Ctrl+Z", "page", "undo"], // caps lock
  ["Ctrl+Shift+Z", "page", "redo"],
  ["Ctrl+y", "page", "redo"],
  ["Escape", "page", "clear"],
  ["Enter", "page", null],
  ["z", "page", null],
  ["Alt+Escape", "page", null],
  ["Shift+Escape", "page", null],
  ["Ctrl+z", "control", "undo"],
  ["Escape", "control", "clear"],
  ["Ctrl+z", "text", null],
  ["Escape", "text", null],
])("%s with the focus on %s: %s", (keys, focus, action) => {
  expect(keyAction(press(keys), focus)).toBe(action);
});

test.each([
  ["Russian", "я", "KeyZ", "undo"],
  ["Russian, caps lock", "Я", "KeyZ", "undo"],
  ["Greek", "υ", "KeyY", "redo"],
  ["Hebrew", "ז", "KeyZ", "undo"],
  ["Russian, another key", "я", "KeyQ", null],
  ["German: Z lies where a US keyboard has Y", "z", "KeyY", "undo"],
  ["German: Y lies where a US keyboard has Z", "y", "KeyZ", "redo"],
  ["Dvorak: another Latin letter lies at Z", "q", "KeyZ", null],
  ["French: W lies where a US keyboard has Z", "w", "KeyZ", null],
])("Ctrl on a %s layout, key %s at %s: %s", (_, key, code, action) => {
  expect(keyAction({ ...press("Ctrl+?"), key, code }, "page")).toBe(action);
});

test("an input method's Escape belongs to it", () => {
  expect(keyAction({ ...press("Escape"), isComposing: true }, "page")).toBeNull();
});
