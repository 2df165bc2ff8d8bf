import { expect, it } from "vitest";
import { LABELS, labelPhrase, labelText, readLabel } from "./label";

it.each(LABELS)("reads %s from a link as it is written there", (label) => {
  expect(readLabel(String(label))).toBe(label);
});

it.each([null, "", "10", "-1", "4.0", "no", "rejected"])("takes %j for no label", (text) => {
  expect(readLabel(text)).toBeNull();
});

it("has words for every label", () => {
  expect(LABELS.map(labelText)).toEqual([
    ...[...Array(10).keys()].map(String),
    "Not a digit",
    "Several",
  ]);
  expect(([8, 4, "not_a_digit", "several"] as const).map(labelPhrase)).toEqual([
    "an 8",
    "a 4",
    "not a digit",
    "several digits",
  ]);
});
