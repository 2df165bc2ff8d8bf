import { exportHref, type KeptDrawing } from "../../features/keptDrawings/keptDrawings";
import { isFiltered, NO_FILTERS, type Filters } from "../../features/keptDrawings/filters";
import { labels, labelText } from "../../features/labels/label";
import type { ModelSummary } from "../../shared/api/types";
import type { ChangeUrl } from "../../shared/lib/urlState";
import { areDigits, classNoun, useClassNames } from "../../shared/lib/classes";
import { DayRange } from "../../shared/ui/DayRange";
import { Picker } from "../../shared/ui/Picker";
import { Select } from "../../shared/ui/Select";

/** The option that filters nothing; a link leaves it out. */
const ANY = "";
const ANSWERS = [
  { name: ANY, title: "All" },
  { name: "true", title: "Right" },
  { name: "false", title: "Wrong" },
];
interface FilterBarProps {
  readonly filters: Filters;
  readonly served: readonly ModelSummary[];
  readonly shown: readonly KeptDrawing[];
  readonly changeUrl: ChangeUrl;
}

/** Chooses which drawings are shown, and downloads these. */
export function FilterBar({ filters, served, shown, changeUrl }: FilterBarProps) {
  const { right, label, read, model, since, until } = filters;
  const standard = served.find(({ default: isDefault }) => isDefault)?.title ?? "the default rung";
  const rungs = [
    { name: ANY, title: "Any rung" },
    ...served,
    ...(model === null || served.some(({ name }) => name === model)
      ? []
      : [{ name: model, title: model }]),
  ];
  const labelOptions = [
    { name: ANY, title: "Any label" },
    ...labels().map((label) => ({ name: String(label), title: labelText(label) })),
  ];
  const readOptions = [
    { name: ANY, title: `Any ${classNoun()}` },
    ...useClassNames().map((title, i) => ({ name: String(i), title })),
  ];
  const orNull = (name: string) => (name === ANY ? null : name);
  return (
    <section aria-label="Filters" className="grid gap-3">
      <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
        <Picker
          legend="Answers"
          options={ANSWERS}
          chosen={right === null ? ANY : String(right)}
          onChoose={(name) => {
            changeUrl({ right: orNull(name) });
          }}
        />
        <div className="grid grow grid-cols-2 gap-3 sm:flex sm:flex-wrap">
          <Select
            label="Label"
            options={labelOptions}
            chosen={label === null ? ANY : String(label)}
            onChoose={(name) => {
              changeUrl({ label: orNull(name) });
            }}
          />
          <Select
            label="Read as"
            options={readOptions}
            chosen={read === null ? ANY : String(read)}
            onChoose={(name) => {
              changeUrl({ read: orNull(name) });
            }}
          />
          <div className="col-span-2">
            <Select
              label="By"
              options={rungs}
              chosen={model ?? ANY}
              onChoose={(name) => {
                changeUrl({ rung: orNull(name) });
              }}
            />
          </div>
          <DayRange since={since} until={until} onChange={changeUrl} />
        </div>
      </div>
      {right !== null && model === null && (
        <p className="text-sm text-soft">
          {right ? "Right" : "Wrong"} is what {standard} read; choose a rung to see another’s.
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1 text-sm text-soft">
        {shown.length > 0 && (
          <p className="flex flex-wrap items-center gap-x-4">
            <span>Download these as</span>
            <a className={EXPORT_LINK} href={exportHref("zip", filters)} download>
              PNG files and JSON lines
            </a>
            <a className={EXPORT_LINK} href={exportHref("idx", filters)} download>
              {areDigits() && "MNIST’s "}IDX files
            </a>
          </p>
        )}
        {isFiltered(filters) && (
          <button
            type="button"
            className="button"
            onClick={() => {
              changeUrl(NO_FILTERS);
            }}
          >
            Show all drawings
          </button>
        )}
      </div>
    </section>
  );
}

const EXPORT_LINK = "inline-flex min-h-11 items-center underline underline-offset-4 hover:text-ink";
