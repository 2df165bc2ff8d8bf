import { useCallback, useMemo, useSyncExternalStore } from "react";
import { readUrl, writeUrl, type UrlState } from "../shared/lib/urlState";

const WRITTEN = "digit-ladder:url-written"; // pushState itself fires no event

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(WRITTEN, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(WRITTEN, listener);
  };
}

/** The view's state in the address bar; Back undoes a change. */
export function useUrlState(): [UrlState, (change: Partial<UrlState>) => void] {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  const state = useMemo(() => readUrl(search), [search]);
  const change = useCallback((changed: Partial<UrlState>) => {
    const { search: old, pathname, hash } = window.location;
    const search = writeUrl({ ...readUrl(old), ...changed }, old);
    if (search === old) return;
    window.history.pushState(null, "", `${pathname}${search}${hash}`);
    window.dispatchEvent(new Event(WRITTEN));
  }, []);
  return [state, change];
}
