import { skipToken, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { ApiError } from "../../shared/api/failure";
import { fetchBytes } from "../../shared/api/fetchJson";
import { toLoaded, type Loaded } from "../../shared/api/loaded";
import { MINE } from "../session/useSession";
import { DRAWINGS, type KeptPages } from "./keptDrawings";

/** A kept drawing that can be put on the field again. */
export interface KeptPicture {
  readonly caption: string;
  readonly png: Blob;
}

/** The picture of a kept drawing: null where there is none, or no id. */
export function useKeptPicture(id: string | null): Loaded<KeptPicture | null> {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: [MINE, "drawing picture", id],
    queryFn:
      id === null
        ? skipToken
        : async ({ signal }) => {
            const png = (await sentPicture(id, signal)) ?? listedField(client, id);
            return png && { caption: "A drawing from your history", png };
          },
  });
  return id === null ? { phase: "loaded", value: null } : toLoaded(query);
}

/** The picture as it was sent; null where it was not kept. */
async function sentPicture(id: string, signal: AbortSignal): Promise<Blob | null> {
  try {
    return new Blob([await fetchBytes(`drawings/${encodeURIComponent(id)}/image`, signal)]);
  } catch (error) {
    const isMissing =
      error instanceof ApiError && error.failure.kind === "refused" && error.failure.status < 500;
    if (isMissing) return null;
    throw error;
  }
}

/** The 28×28 field of a drawing that the history has listed. */
function listedField(client: QueryClient, id: string): Blob | null {
  const lists = client.getQueriesData<KeptPages>({ queryKey: DRAWINGS });
  const listed = lists
    .flatMap(([, list]) => list?.pages ?? [])
    .flatMap(({ items }) => items)
    .find((drawing) => drawing.id === id);
  const base64 = /^data:image\/png;base64,(.*)$/.exec(listed?.image ?? "")?.[1];
  if (base64 === undefined) return null;
  return new Blob([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))]);
}
