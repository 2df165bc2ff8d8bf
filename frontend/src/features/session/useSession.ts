import { queryOptions, useQuery } from "@tanstack/react-query";
import { readSession, type Session } from "../../shared/api/kept";
import { toLoaded, type Loaded } from "../../shared/api/loaded";

/**
 * The keys of all that belongs to the caller, but for the session, begin with "mine": it is
 * another's after signing in or out, and changes with every label.
 */
export const MINE = "mine";

export const SESSION = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => readSession(signal),
});

/** Who is signed in, and what the service keeps. */
export function useSession(): Loaded<Session> {
  return toLoaded(useQuery(SESSION));
}
