import { afterEach, expect, test } from "vitest";
import { setClassNames } from "../../shared/lib/classes";
import type { Focus, KeyPress } from "../../shared/lib/keys";
import { presentAction, type PresentAction } from "./presentKeys";

afterEach(() => {
  setClassNames(undefined);
});

const press = (key: string, changes: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  isComposing: false,
  ...changes,
});

test.each<[string, Focus, PresentAction | null]>([
  ["ArrowUp", "page", { kind: "climb", by: 1 }],
  ["ArrowDown", "control", { kind: "climb", by: -1 }],
  ["7", "control", { kind: "vote", digit: 7 }],
  ["0", "page", { kind: "vote", digit: 0 }],
  ["7", "text", null],
  ["ArrowLeft", "page", null],
  ["F5", "page", null],
])("%s with the focus on %s", (key, focus, action) => {
  expect(presentAction(press(key), focus)).toEqual(action);
});

test("Ctrl and a digit belongs to the browser", () => {
  expect(presentAction(press("1", { ctrlKey: true }), "page")).toBeNull();
});

test("a digit is no vote where no class is called so", () => {
  setClassNames(["Bag", "Dress"]);
  expect(presentAction(press("1"), "page")).toBeNull();
});
