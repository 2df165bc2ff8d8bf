import { describe, expect, it } from "vitest";
import { readUrl } from "../../shared/lib/urlState";
import { chooseFilters, filterQuery, filterText, isFiltered } from "./filters";

const chosen = (search: string) => chooseFilters(readUrl(search));

describe("chooseFilters", () => {
  it("wants everything where the link names nothing", () => {
    const { filters, complaints } = chosen("?view=history");
    expect(isFiltered(filters)).toBe(false);
    expect(complaints).toEqual([]);
    expect(filterQuery(filters)).toBe("");
  });

  it("reads every filter and asks for it by the service's names", () => {
    const { filters, complaints } = chosen(
      "?right=false&label=not_a_digit&read=0&rung=cnn&since=2026-11-01&until=2026-11-28",
    );
    expect(complaints).toEqual([]);
    expect(filterQuery(filters, { limit: "24" })).toBe(
      "limit=24&label=not_a_digit&digit=0&model=cnn&right=false&since=2026-11-01&until=2026-11-28",
    );
  });

  it.each([
    ["?right=both", "Right is true or false, not “both”."],
    ["?label=12", "There is no label “12”."],
    ["?read=x", "“x” is no digit."],
    ["?since=2026-02-30", "“2026-02-30” is no date."],
    ["?until=yesterday", "“yesterday” is no date."],
  ])("complains about %s and leaves it out", (search, complaint) => {
    const { filters, complaints } = chosen(search);
    expect(complaints).toEqual([complaint]);
    expect(isFiltered(filters)).toBe(false);
  });

  it("leaves out a last day that is before the first", () => {
    const { filters, complaints } = chosen("?since=2026-11-28&until=2026-11-01");
    expect(complaints).toEqual(["The last day, 2026-11-01, is before the first, 2026-11-28."]);
    expect(filters).toMatchObject({ since: "2026-11-28", until: null });
    expect(chosen("?since=2026-11-28&until=2026-11-28").complaints).toEqual([]);
  });
});

it("says in words what is shown", () => {
  const { filters } = chosen("?right=false&label=4&read=9&rung=cnn&since=2026-11-01");
  expect(filterText(filters, (name) => name.toUpperCase())).toBe(
    "labelled 4, read as 9, read wrong, by CNN, since 2026-11-01",
  );
});
