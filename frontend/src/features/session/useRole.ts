import type { Role } from "../../shared/api/kept";
import { useSession } from "./useSession";

/** The role of whoever is signed in; null for anybody else, and while that is not known. */
export function useRole(): Role | null {
  const session = useSession();
  return session.phase === "loaded" ? (session.value.account?.role ?? null) : null;
}
