import { infiniteQueryOptions, type InfiniteData } from "@tanstack/react-query";
import { fetchJson, unexpectedAnswer } from "../../shared/api/fetchJson";
import type { Labelled } from "../../shared/api/kept";
import type { components } from "../../shared/api/schema.gen";
import { MINE } from "../session/useSession";
import { filterQuery, type Filters } from "./filters";

type Schemas = components["schemas"];

export type KeptDrawing = Schemas["KeptDrawing"];
export type KeptPage = Schemas["KeptDrawings"];
export type KeptAnswer = Schemas["KeptAnswer"];

/** The pages loaded so far. */
export type KeptPages = InfiniteData<KeptPage, string | null>;

const PAGE_SIZE = 24;
/** The beginning of the key of every list of kept drawings. */
export const DRAWINGS = [MINE, "drawings"] as const;

// every function throws ApiError, or AbortError when `signal` aborts

/** The caller's drawings, newest first, page by page. */
export function keptDrawingsQuery(filters: Filters) {
  return infiniteQueryOptions({
    queryKey: [...DRAWINGS, filters],
    queryFn: async ({ pageParam, signal }): Promise<KeptPage> => {
      const also = {
        limit: String(PAGE_SIZE),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      const answer = await fetchJson(`drawings?${filterQuery(filters, also)}`, signal);
      if (!isPage(answer)) throw unexpectedAnswer("a list of drawings");
      return answer;
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    // more has been drawn since the page was last looked at
    staleTime: 0,
  });
}

/** The pages without a drawing, or with another in its place. */
export function withDrawing(
  pages: KeptPages,
  id: string,
  replace: (drawing: KeptDrawing) => KeptDrawing | null,
): KeptPages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((drawing) => {
        const left = drawing.id === id ? replace(drawing) : drawing;
        return left ? [left] : [];
      }),
    })),
  };
}

export async function deleteDrawing(id: string): Promise<void> {
  await fetchJson(`drawings/${encodeURIComponent(id)}`, undefined, { method: "DELETE" });
}

/** The drawing with its label and with what that makes of every answer. */
export function relabelled(drawing: KeptDrawing, { true_label, results }: Labelled): KeptDrawing {
  const rightness = new Map(results.map(({ id, is_right }) => [id, is_right]));
  return {
    ...drawing,
    true_label,
    results: drawing.results.map((answer) => ({
      ...answer,
      is_right: rightness.get(answer.id) ?? null,
    })),
  };
}

/** Where the drawings are downloaded: PNG files with JSON lines, or MNIST's own files. */
export function exportHref(format: "zip" | "idx", filters: Filters): string {
  return `drawings/export?${filterQuery(filters, { format })}`;
}

function isPage(value: unknown): value is KeptPage {
  return (
    typeof value === "object" &&
    value !== null &&
    "items" in value &&
    "next" in value &&
    Array.isArray(value.items) &&
    value.items.every((item: { id?: unknown; results?: unknown } | null) => {
      return typeof item?.id === "string" && Array.isArray(item.results);
    })
  );
}
