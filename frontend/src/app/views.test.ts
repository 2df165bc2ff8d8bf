import { expect, test } from "vitest";
import { chooseView, linkedViews, SERVICE_VIEWS } from "./views";

test.each([
  [null, "draw", null],
  ["draw", "draw", null],
  ["compare", "compare", null],
  ["review", "review", null],
  ["Compare", "draw", "Compare"],
  ["toString", "draw", "toString"],
])("view=%s shows %s", (wanted, view, unknown) => {
  expect(chooseView(wanted)).toEqual({ view, unknown });
});

test.each([
  [null, false, false],
  ["visitor", false, false],
  ["reviewer", true, false],
  ["admin", true, true],
])("%s: Review is linked %s, Admin %s", (role, review, admin) => {
  const views = linkedViews(role);
  expect(views.includes("review")).toBe(review);
  expect(views.includes("admin")).toBe(admin);
});

test("without a service nothing is linked that takes one", () => {
  const views = linkedViews("admin", true);
  expect(views).toContain("compare");
  expect(views.filter((view) => SERVICE_VIEWS.has(view))).toEqual([]);
});
