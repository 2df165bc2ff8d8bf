import { afterEach, expect, it } from "vitest";
import { setClassNames } from "../../shared/lib/classes";
import { labels, labelPhrase, labelText, readLabel } from "./label";

afterEach(() => {
  setClassNames(undefined);
});

it.each(labels())("reads %s from a link as it is written there", (label) => {
  expect(readLabel(String(label))).toBe(label);
});

it.each([null, "", "10", "-1", "4.0", "no", "rejected"])("takes %j for no label", (text) => {
  expect(readLabel(text)).toBeNull();
});

it("has words for every label", () => {
  expect(labels().map(labelText)).toEqual([
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

it("names the classes that the service has", () => {
  setClassNames(["Ankle boot", "Bag"]);
  expect(labels().map(labelText)).toEqual(["Ankle boot", "Bag", "None of these", "Several"]);
  expect(labels().map(labelPhrase)).toEqual([
    "an Ankle boot",
    "a Bag",
    "none of these",
    "several of these",
  ]);
  expect(readLabel("1")).toBe(1);
  expect(readLabel("2")).toBeNull();
});
