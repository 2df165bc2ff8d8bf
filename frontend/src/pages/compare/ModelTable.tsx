import { COLUMNS, LADDER_KEY } from "./columns";
import { interval } from "../../features/figures/format";
import type { ComparedModel } from "./comparedModels";
import { ModelCheckbox } from "./ModelCheckbox";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { ariaSort, sorted, sortingText, type Sorting } from "./sorting";

interface ModelTableProps {
  readonly models: readonly ComparedModel[];
  readonly shown: readonly ComparedModel[];
  readonly sorting: Sorting;
  readonly onSort: (key: string) => void;
  readonly onToggle: (model: ComparedModel) => void;
}

/** Every model with its figures, the best of each column in bold. */
export function ModelTable({ models, shown, sorting, onSort, onToggle }: ModelTableProps) {
  const best = new Map(
    COLUMNS.map(({ key, value, best: end }) => {
      const values = models.map(value).filter((figure) => figure !== null);
      return [key, end === "high" ? Math.max(...values) : Math.min(...values)];
    }),
  );
  return (
    <ScrollRegion
      label="Table of the rungs"
      className="-mx-3 border-y border-line bg-paper sm:mx-0 sm:rounded-3xl sm:border"
    >
      <table className="w-full border-collapse text-sm whitespace-nowrap">
        <caption className="sr-only">The rungs, {sortingText(sorting)}</caption>
        <thead>
          <tr className="border-b border-line align-bottom">
            <Header sorting={sorting} sortKey={LADDER_KEY} onSort={onSort} isFirst>
              Rung
            </Header>
            {COLUMNS.map(({ key, title, meaning }) => (
              <Header key={key} sorting={sorting} sortKey={key} onSort={onSort} hint={meaning}>
                {title}
              </Header>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(models, sorting).map((model) => (
            <tr
              key={model.name}
              data-testid="compared-model"
              data-model={model.name}
              className="border-b border-line last:border-0"
            >
              <th
                scope="row"
                className="sticky left-0 z-1 bg-paper p-0 text-left font-medium shadow-[1px_0_0_var(--line)]"
              >
                <ModelCheckbox
                  model={model}
                  isShown={shown.includes(model)}
                  onToggle={onToggle}
                  className="flex min-h-14 max-w-40 min-w-11 px-3 leading-tight sm:min-w-44 whitespace-normal has-focus-visible:outline-3 has-focus-visible:-outline-offset-3 has-focus-visible:outline-accent sm:max-w-56"
                />
              </th>
              {COLUMNS.map(({ key, value, text }) => (
                <td
                  key={key}
                  data-column={key}
                  className={`py-2 pr-3 pl-1 text-right ${value(model) !== null && value(model) === best.get(key) ? "font-bold" : ""}`}
                >
                  {text(model)}
                  {key === "accuracy" && (
                    <span className="block text-xs font-normal text-soft">
                      {interval(model.accuracy_interval)}
                    </span>
                  )}
                  {key === "seeds" && model.seeds && (
                    <span className="block text-xs font-normal text-soft">
                      {interval([model.seeds.lowest, model.seeds.highest])}
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

interface HeaderProps {
  readonly sortKey: string;
  readonly sorting: Sorting;
  readonly onSort: (key: string) => void;
  readonly hint?: string;
  readonly isFirst?: boolean;
  readonly children: string;
}

const ARROWS = { ascending: "↑", descending: "↓", none: "" } as const;

function Header({ sortKey, sorting, onSort, hint, isFirst = false, children }: HeaderProps) {
  const sort = ariaSort(sorting, sortKey);
  return (
    <th
      scope="col"
      aria-sort={sort}
      className={`p-0 font-semibold ${isFirst ? "sticky left-0 z-2 bg-paper text-left shadow-[1px_0_0_var(--line)]" : "text-right"}`}
    >
      <button
        type="button"
        title={hint}
        className={`relative inline-flex min-h-12 min-w-11 cursor-pointer items-end px-3 py-2 leading-tight whitespace-normal hover:underline focus-visible:-outline-offset-3 ${isFirst ? "pl-4.5 text-left" : "justify-end pl-5 text-right"}`}
        onClick={() => {
          onSort(sortKey);
        }}
      >
        {children}
        <span aria-hidden="true" className="absolute bottom-2 left-1 text-accent">
          {ARROWS[sort]}
        </span>
      </button>
    </th>
  );
}

/** Explains the columns. */
export function ColumnMeanings() {
  return (
    <details className="mt-2">
      <summary className="inline-flex min-h-11 cursor-pointer items-center text-sm text-soft underline underline-offset-4 hover:text-ink">
        What the columns mean
      </summary>
      <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        {COLUMNS.map(({ key, title, meaning }) => (
          <div key={key} className="contents">
            <dt className="font-semibold">{title}</dt>
            <dd className="text-soft">{meaning}.</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
