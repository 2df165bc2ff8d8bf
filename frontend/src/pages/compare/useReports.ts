import { skipToken, useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { toLoaded, type Loaded } from "../../shared/api/loaded";
import { compareModels, listReports, readReport } from "../../shared/api/reports";
import type { Comparison, Report, ReportSummary } from "../../shared/api/types";

export function useSummaries(): Loaded<readonly ReportSummary[]> {
  return toLoaded(
    useQuery({ queryKey: ["reports"], queryFn: ({ signal }) => listReports(signal) }),
  );
}

// a function of its own, so that the array stays the same until a report changes
const allLoaded = (queries: UseQueryResult<Report>[]): Loaded<Report>[] => queries.map(toLoaded);

/** The whole reports, in the order of the names. */
export function useWholeReports(names: readonly string[]): readonly Loaded<Report>[] {
  return useQueries({
    queries: names.map((name) => ({
      queryKey: ["reports", name],
      queryFn: ({ signal }: { signal: AbortSignal }) => readReport(name, signal),
    })),
    combine: allLoaded,
  });
}

/** Null where there are no two models to compare. */
export function useComparison(
  a: string | undefined,
  b: string | undefined,
): Loaded<Comparison> | null {
  const isPair = a !== undefined && b !== undefined;
  const query = useQuery({
    queryKey: ["comparison", a, b],
    queryFn: isPair ? ({ signal }) => compareModels(a, b, signal) : skipToken,
  });
  return isPair ? toLoaded(query) : null;
}
