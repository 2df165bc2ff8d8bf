import { expect, test } from "vitest";
import { ofHundred, onCurve, standingText, type OnCurve } from "./curves";

const CURVE = {
  name: "rotation",
  title: "Rotation",
  unit: "°",
  levels: [-30, 0, 30],
  accuracy: [0.6, 0.99, 0.8],
};

test.each<[number, OnCurve | null, string]>([
  [0, { accuracy: 0.99, isMeasured: true }, "99"],
  [30, { accuracy: 0.8, isMeasured: true }, "80"],
  [-15, { accuracy: 0.795, isMeasured: false }, "about 80"],
  [31, null, ""],
  [-31, null, ""],
])("at %d the curve has %j", (level, expected, text) => {
  const found = onCurve(CURVE, level);
  expect(found && { ...found, accuracy: Number(found.accuracy.toFixed(6)) }).toEqual(expected);
  if (found) expect(ofHundred(found)).toBe(text);
});

test("a drawing is told apart from most test digits", () => {
  const at = (accuracy: number): OnCurve => ({ accuracy, isMeasured: true });
  const of = (isRead: boolean, ...curves: (OnCurve | null)[]) =>
    curves.map((onCurve, i) => ({ title: i === 0 ? "A" : "B, too", isRead, onCurve }));
  expect(standingText(of(false, at(0.9), at(0.8)), true)).toContain(
    "At this level A still reads 90 of 100 test digits and B (too) 80, but not this drawing: it is harder than most. ",
  );
  expect(standingText(of(true, at(0.3), at(0.6)), true)).toContain(
    "At this level A reads only 30 of 100 test digits, but still this drawing: it is sturdier than most. ",
  );
  expect(standingText(of(true, at(0.9)), true)).toMatch(/^Each rung does .* most test digits/);
  expect(standingText(of(false, at(0.3)), true)).toMatch(/^Each rung does .* most test digits/);
  expect(standingText(of(false, at(0.9)), false)).toMatch(/^Measured .* More than that is changed/);
  expect(standingText(of(true, null), true)).toBeNull();
});
