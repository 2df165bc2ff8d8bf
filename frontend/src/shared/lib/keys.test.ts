import { expect, test } from "vitest";
import { focusOf, type Focus } from "./keys";

test.each<[{ tagName: string; type?: string; isContentEditable?: boolean }, Focus]>([
  [{ tagName: "BODY" }, "page"],
  [{ tagName: "DIV", isContentEditable: true }, "text"],
  [{ tagName: "TEXTAREA" }, "text"],
  [{ tagName: "INPUT", type: "text" }, "text"],
  [{ tagName: "INPUT", type: "radio" }, "page"],
  [{ tagName: "INPUT", type: "file" }, "control"],
  [{ tagName: "BUTTON" }, "control"],
  [{ tagName: "A" }, "control"],
  [{ tagName: "SELECT" }, "control"],
])("focus on %j is %s", (element, focus) => {
  expect(focusOf(element)).toBe(focus);
});
