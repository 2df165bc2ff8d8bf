import type { Label } from "../../shared/api/kept";
import { classNames, classNoun, nameOfClass } from "../../shared/lib/classes";
import { labelText, readLabel } from "../labels/label";
import type { UrlState } from "../../shared/lib/urlState";

/** Which of the kept drawings are wanted; null wants all of them. */
export interface Filters {
  /** By the model named, else by the default model. */
  readonly right: boolean | null;
  readonly label: Label | null;
  /** Read so by the model named, else by any. */
  readonly read: number | null;
  readonly model: string | null;
  /** Days in UTC, such as "2026-11-28"; the last one is included. */
  readonly since: string | null;
  readonly until: string | null;
}

export interface ChosenFilters {
  readonly filters: Filters;
  /** One sentence for each value in the link that means nothing. */
  readonly complaints: readonly string[];
}

/** The filters that the link names. */
export function chooseFilters(url: UrlState): ChosenFilters {
  const complaints: string[] = [];
  const checked = <T>(text: string | null, value: T | null, complaint: string): T | null => {
    if (text !== null && value === null) complaints.push(complaint);
    return value;
  };
  const day = (text: string | null) =>
    checked(text, text !== null && isDay(text) ? text : null, `“${text ?? ""}” is no date.`);
  const [since, last] = [day(url.since), day(url.until)];
  // ISO dates are in order as texts
  const isReversed = since !== null && last !== null && last < since;
  if (isReversed) complaints.push(`The last day, ${last}, is before the first, ${since}.`);
  const filters = {
    right: checked(
      url.right,
      url.right === "true" ? true : url.right === "false" ? false : null,
      `Right is true or false, not “${url.right ?? ""}”.`,
    ),
    label: checked(url.label, readLabel(url.label), `There is no label “${url.label ?? ""}”.`),
    read: checked(
      url.read,
      /^\d{1,3}$/.test(url.read ?? "") && Number(url.read) < classNames().length
        ? Number(url.read)
        : null,
      `“${url.read ?? ""}” is no ${classNoun()}.`,
    ),
    model: url.rung,
    since,
    until: isReversed ? null : last,
  };
  return { filters, complaints };
}

/** All filters off. */
export const NO_FILTERS = {
  right: null,
  label: null,
  read: null,
  rung: null,
  since: null,
  until: null,
} as const satisfies Partial<UrlState>;

export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== null);
}

/** The filters as the service takes them in a query, after what else is asked. */
export function filterQuery(filters: Filters, also: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(also);
  const add = (name: string, value: string | number | boolean | null) => {
    if (value !== null) query.set(name, String(value));
  };
  add("label", filters.label);
  add("digit", filters.read);
  add("model", filters.model);
  add("right", filters.right);
  add("since", filters.since);
  add("until", filters.until);
  return query.toString();
}

/** "labelled 4, read as 9, wrong": what is shown, in words. */
export function filterText(filters: Filters, titleOf: (model: string) => string): string {
  const { right, label, read, model, since, until } = filters;
  const parts = [
    label === null ? null : `labelled ${labelText(label).toLowerCase()}`,
    read === null ? null : `read as ${nameOfClass(read)}`,
    right === null ? null : right ? "read right" : "read wrong",
    model === null ? null : `by ${titleOf(model)}`,
    since === null ? null : `since ${since}`,
    until === null ? null : `until ${until}`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** Whether the text is a day of the calendar, written as the service wants it. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
