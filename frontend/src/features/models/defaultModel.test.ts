import { expect, test } from "vitest";
import type { ModelSummary } from "../../shared/api/types";
import { defaultReason } from "./defaultModel";

const model = (name: string, validation: number, accuracy: number, isDefault = false) =>
  ({
    title: name,
    validation_accuracy: validation,
    accuracy,
    default: isDefault,
  }) as ModelSummary;

test.each([
  [
    "best on validation though not on the test split",
    [model("Deep", 0.9974, 0.9971), model("Ensemble", 0.9976, 0.9969, true)],
    "Ensemble answers where no rung is chosen: it reads most of the validation digits (99.76%). The",
  ],
  [
    "one of equals",
    [model("Single", 0.9, 0.9), model("Deep", 0.9976, 0.99), model("Ensemble", 0.9976, 0.98, true)],
    "validation digits (99.76%), as does Deep, and of equals the higher rung counts. The",
  ],
  [
    "the lower of equals",
    [model("Deep", 0.9976, 0.99, true), model("Ensemble", 0.9976, 0.98)],
    "Deep answers where no rung is chosen: this service is set up so.",
  ],
  [
    "not the best",
    [model("Single", 0.9, 0.9, true), model("Deep", 0.99, 0.99)],
    "Single answers where no rung is chosen: this service is set up so.",
  ],
])("%s", (_, models, reason) => {
  expect(defaultReason(models)).toContain(reason);
});

test("without a default there is nothing to explain", () => {
  expect(defaultReason([model("Single", 0.9, 0.9)])).toBeNull();
  expect(defaultReason([])).toBeNull();
});
