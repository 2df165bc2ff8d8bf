import { expect, test } from "vitest";
import { agreementText, answersOf } from "./members";

const logits = (sevens: number, ones: number) =>
  Array.from({ length: 10 }, (_, digit) => (digit === 7 ? sevens : digit === 1 ? ones : -50));
const whole = (p: number) => `${Math.round(p * 100)}%`;

test("each member answers over its own temperature", () => {
  const [one, two] = answersOf([logits(2, 0), logits(2, 0)], [1, 2]);
  expect(one?.digit).toBe(7);
  expect(one?.probabilities[7]).toBeCloseTo(1 / (1 + Math.exp(-2)), 9);
  expect(two?.probabilities[7]).toBeCloseTo(1 / (1 + Math.exp(-1)), 9);
});

test.each([
  [
    [logits(2, 0), logits(0, 0.5)],
    "They disagree: member 1 says 7, member 2 says 1. They differ most on 1: from 12% to 62%.",
  ],
  [[logits(2, 0), logits(3, 0)], "All 2 members say 7. They differ most on 7: from 88% to 95%."],
])("%#: %s", (members, text) => {
  expect(agreementText(answersOf(members, [1, 1]), whole)).toBe(text);
});
