import { compareRungs, listReports, readDigitSheet, readReport } from "../../shared/api/reports";
import { Shelf, type Loaded } from "../../shared/api/shelf";
import type { Comparison, DigitSheet, Report, ReportSummary } from "../../shared/api/types";
import { useShelf } from "../../shared/api/useShelf";

const summaries = new Shelf((_, signal) => listReports(signal));
const reports = new Shelf(readReport);
const sheets = new Shelf((_, signal) => readDigitSheet(signal));
// a rung's name holds no blank
const comparisons = new Shelf((pair, signal) => {
  const [a = "", b = ""] = pair.split(" ");
  return compareRungs(a, b, signal);
});

const SHELVES = [summaries, reports, sheets, comparisons];

/** Asks now for everything that did not come. */
export function retryAll(): void {
  for (const shelf of SHELVES) shelf.retryFailed();
}

const WAITING = { phase: "waiting" } as const;

export function useSummaries(): Loaded<readonly ReportSummary[]> {
  return (useShelf(summaries, ["all"])[0] ?? WAITING) as Loaded<readonly ReportSummary[]>;
}

/** One entry a name, in the same order. */
export function useWholeReports(names: readonly string[]): readonly Loaded<Report>[] {
  return useShelf(reports, names) as readonly Loaded<Report>[];
}

export function useSheet(): Loaded<DigitSheet> {
  return (useShelf(sheets, ["all"])[0] ?? WAITING) as Loaded<DigitSheet>;
}

/** Null where there are no two to compare. */
export function useComparison(
  a: string | undefined,
  b: string | undefined,
): Loaded<Comparison> | null {
  const isPair = a !== undefined && b !== undefined;
  const found = useShelf(comparisons, isPair ? [`${a} ${b}`] : []);
  return isPair ? ((found[0] ?? WAITING) as Loaded<Comparison>) : null;
}
