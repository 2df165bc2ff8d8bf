import { useCallback, useMemo, useSyncExternalStore } from "react";
import { readUrl, writeUrl, type ChangeUrl, type UrlState } from "./urlState";

const WRITTEN = "digit-ladder:url-written"; // pushState itself fires no event

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(WRITTEN, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(WRITTEN, listener);
  };
}

/** The view's state in the address bar; Back undoes a change, unless it replaced the state. */
export function useUrlState(): [UrlState, ChangeUrl] {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  const state = useMemo(() => readUrl(search), [search]);
  const change = useCallback<ChangeUrl>((changed, how = "push") => {
    const { search: old, pathname, hash } = window.location;
    const search = writeUrl({ ...readUrl(old), ...changed }, old);
    if (search === old) return;
    const url = `${pathname}${search}${hash}`;
    if (how === "push") window.history.pushState(null, "", url);
    else window.history.replaceState(window.history.state, "", url);
    window.dispatchEvent(new Event(WRITTEN));
  }, []);
  return [state, change];
}
