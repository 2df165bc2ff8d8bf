import { beforeEach, expect, test } from "vitest";
import { readUrl } from "./urlState";
import { UrlSteps } from "./urlSteps";

const BEFORE = readUrl("?curves=loss&a=cnn&b=ensemble");
let steps: UrlSteps;
const press = (type: string, target: unknown = {}) => {
  steps.onPress({ type, target: target as EventTarget });
};
/** How many of these changes of the learning curves are steps of their own. */
const pushed = (changes: number, between: () => void) =>
  Array.from({ length: changes }, () => {
    between();
    return steps.continues({ curves: "accuracy" }, BEFORE);
  }).filter((continues) => !continues).length;

beforeEach(() => {
  steps = new UrlSteps();
});

test("five arrow keys through radio buttons are one step", () => {
  expect(
    pushed(1, () => {
      press("pointerdown");
    }),
  ).toBe(1);
  expect(
    pushed(5, () => {
      press("keydown", { type: "radio" });
      press("click", { type: "radio" });
    }),
  ).toBe(1);
});

test("five presses of the pointer are five steps", () => {
  expect(
    pushed(5, () => {
      press("pointerdown", { type: "radio" });
      press("click", { type: "radio" });
    }),
  ).toBe(5);
});

test("five buttons, pressed by keyboard, are five steps", () => {
  expect(
    pushed(5, () => {
      press("keydown", { type: "button" });
      press("click", { type: "button" });
    }),
  ).toBe(5);
});

test("another property, and the first change after Back, are steps of their own", () => {
  expect(steps.continues({ a: "single_layer", b: "ensemble" }, BEFORE)).toBe(false);
  expect(steps.continues({ a: "hidden_layer", b: "ensemble" }, BEFORE)).toBe(true);
  expect(steps.continues({ a: "cnn", b: "deep_cnn" }, BEFORE)).toBe(false);
  expect(steps.continues({ a: "cnn", b: "single_layer" }, BEFORE)).toBe(true);
  steps.onBack();
  expect(steps.continues({ a: "cnn", b: "deep_cnn" }, BEFORE)).toBe(false);
});
