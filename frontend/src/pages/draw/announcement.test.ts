import { expect, test } from "vitest";
import type { ModelWithPrediction } from "../../features/models/modelWithPrediction";
import type { Prediction } from "../../shared/api/types";
import { announcement } from "./announcement";

const says = (prediction: Partial<Prediction>) => {
  const whole = { digit: 7, confidence: 0.62, probabilities: [0, 0.3], read: null, ...prediction };
  const model = { title: "CNN", prediction: whole } as unknown as ModelWithPrediction;
  return announcement({ phase: "answered", results: [], by: "service" }, model, "All 2 agree");
};
const read = (verdict: "sure" | "unsure") =>
  ({ lines: ["20", "26"], confidence: 0.98, verdict }) as NonNullable<Prediction["read"]>;

test.each<[Partial<Prediction>, string]>([
  [{ verdict: "sure" }, "CNN: 7, 62.0%. All 2 agree."],
  [{ verdict: "unsure" }, "CNN: 7, 62.0%. Not sure — it could be a 1. All 2 agree."],
  [{ verdict: "not_a_digit" }, "CNN: This looks like no digit. If it must be one: 7. All 2 agree."],
  [{ verdict: "several", read: read("sure") }, "CNN: 20 / 26, 98.0%. All 2 agree."],
  [
    { verdict: "several", read: read("unsure") },
    "CNN: 20 / 26, 98.0%. Not sure of every digit. All 2 agree.",
  ],
])("%j is spoken as: %s", (prediction, text) => {
  expect(says(prediction)).toBe(text);
});
