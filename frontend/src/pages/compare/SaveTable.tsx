import { csvOf } from "../../features/share/csv";
import { saveFile } from "../../features/share/save";
import type { ComparedModel } from "./comparedModels";
import { COLUMNS } from "./columns";

/** The main table's numbers, unrounded, in ladder order. */
export function tableCsv(models: readonly ComparedModel[]): string {
  return csvOf([
    ["rung", ...COLUMNS.map(({ title }) => title), "Accuracy from", "Accuracy to"],
    ...models.map((model) => [
      model.name,
      ...COLUMNS.map(({ value }) => value(model)),
      ...model.accuracy_interval,
    ]),
  ]);
}

/** Saves the main table. */
export function SaveTable({ models }: { models: readonly ComparedModel[] }) {
  return (
    <button
      type="button"
      className="button mt-3"
      onClick={() => {
        saveFile("digit-ladder.csv", new Blob([tableCsv(models)], { type: "text/csv" }));
      }}
    >
      Save the table as CSV
    </button>
  );
}
