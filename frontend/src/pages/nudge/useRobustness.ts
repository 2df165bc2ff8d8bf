import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { readReport } from "../../shared/api/reports";
import type { Report } from "../../shared/api/types";

type Curves = ReadonlyMap<string, Report["robustness"]["curves"]>;

const curvesOf = (queries: UseQueryResult<Report>[]): Curves =>
  new Map(queries.flatMap(({ data }) => (data ? [[data.name, data.robustness.curves]] : [])));

/** The robustness curves by model, of those whose report has come: the page works without. */
export function useRobustness(models: readonly string[]): Curves {
  return useQueries({
    queries: models.map((model) => ({
      queryKey: ["reports", model],
      queryFn: ({ signal }: { signal: AbortSignal }) => readReport(model, signal),
    })),
    combine: curvesOf,
  });
}
