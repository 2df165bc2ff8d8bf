import { useEffect, useSyncExternalStore } from "react";
import type { Loaded, Shelf } from "./shelf";

/** Wants the keys while it is mounted, and again when the network is back. */
export function useShelf(shelf: Shelf, keys: readonly string[]): readonly Loaded<unknown>[] {
  const wanted = keys.join("\n");
  useEffect(() => {
    for (const key of wanted === "" ? [] : wanted.split("\n")) shelf.want(key);
    window.addEventListener("online", shelf.retryFailed);
    return () => {
      window.removeEventListener("online", shelf.retryFailed);
    };
  }, [shelf, wanted]);
  return useSyncExternalStore(shelf.subscribe, () => shelf.getAll(keys));
}
