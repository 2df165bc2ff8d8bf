import { queryOptions, useQuery } from "@tanstack/react-query";
import { readHardOnes } from "../../shared/api/reports";
import { toHardOne, type HardOne } from "./hardOnes";

interface Shelf {
  readonly items: readonly HardOne[];
  /** Each source with its licence, as a sentence. */
  readonly origins: readonly string[];
}

const HARD_ONES = queryOptions({
  queryKey: ["hard ones"],
  queryFn: async ({ signal }): Promise<Shelf> => {
    const { items, origins } = await readHardOnes(signal);
    return {
      items: items.map(toHardOne),
      origins: Object.values(origins).map(({ title, licence }) => `${title}; ${licence}.`),
    };
  },
});

/** The hard ones; null while they load, and where there are none. */
export function useHardOnes(): Shelf | null {
  return useQuery(HARD_ONES).data ?? null;
}
