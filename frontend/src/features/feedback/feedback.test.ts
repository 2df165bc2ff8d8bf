import { expect, test } from "vitest";
import type { Failure } from "../../shared/api/failure";
import type { Prediction } from "../../shared/api/types";
import { answeredLabel, keptId, labelFailure, tallyText } from "./feedback";

const answer = (said: Partial<Prediction>) => said as Prediction;

test("a drawing is labelled by the first id that the service gave", () => {
  expect(keptId(null)).toBeNull();
  expect(keptId([answer({ digit: 7 }), answer({ id: null })])).toBeNull();
  expect(keptId([answer({ id: null }), answer({ id: "b" })])).toBe("b");
});

test.each([
  ["sure", 7],
  ["unsure", 7],
  ["not_a_digit", "not_a_digit"],
  ["several", "several"],
] as const)("Right after the verdict %s labels %s", (verdict, label) => {
  expect(answeredLabel(answer({ verdict, digit: 7 }))).toBe(label);
});

const titles = new Map([
  ["single_layer", "Single layer"],
  ["cnn", "CNN"],
  ["ensemble", "Ensemble"],
]);
const counted = (right: Record<string, number>) =>
  Object.entries(right).map(([model, n]) => ({ model, right: n, labelled: 12 }));

test.each([
  [0, {}, "You: 14 drawn, none labelled yet."],
  [12, { ensemble: 12, single_layer: 9, cnn: 11 }, "Right: Single layer 9, Ensemble 12."],
  [12, { cnn: 11 }, "Right: CNN 11."],
  [12, { gone: 3 }, "You: 14 drawn, 12 labelled."],
])("%i labelled, right %j: %s", (labelled, right, text) => {
  expect(tallyText({ drawn: 14, labelled, models: counted(right) }, titles)).toMatch(
    new RegExp(`${text.replaceAll(".", "\\.")}$`),
  );
});

const refused = (status: number): Failure => ({
  kind: "refused",
  status,
  title: "No",
  detail: "Because.",
});

test.each<[Failure, RegExp, boolean]>([
  [refused(409), /Reviewers/, false],
  [refused(404), /no longer keeps/, false],
  [refused(400), /^No\. Because\.$/, false],
  [refused(500), /Because/, true],
  [{ kind: "not-ready", detail: "", retryAfterSeconds: null }, /cannot write/, true],
  [{ kind: "offline" }, /^You are offline\.$/, true],
])("%j", (failure, text, retry) => {
  const told = labelFailure(failure);
  expect(told.text).toMatch(text);
  expect(told.retry).toBe(retry);
});
