import { expect, test } from "vitest";
import { chooseView } from "./views";

test.each([
  [null, "draw", null],
  ["draw", "draw", null],
  ["compare", "compare", null],
  ["Compare", "draw", "Compare"],
  ["toString", "draw", "toString"],
])("view=%s shows %s", (wanted, view, unknown) => {
  expect(chooseView(wanted)).toEqual({ view, unknown });
});
