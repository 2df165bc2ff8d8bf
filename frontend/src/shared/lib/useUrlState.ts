import { useCallback, useMemo, useSyncExternalStore } from "react";
import { readUrl, writeUrl, type ChangeUrl, type UrlState } from "./urlState";
import { UrlSteps } from "./urlSteps";

const WRITTEN = "digit-ladder:url-written"; // pushState itself fires no event

const steps = new UrlSteps();
for (const press of ["pointerdown", "keydown", "click", "drop", "paste"]) {
  window.addEventListener(press, steps.onPress, { capture: true });
}
window.addEventListener("popstate", steps.onBack);

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(WRITTEN, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(WRITTEN, listener);
  };
}

/** The view's state in the address bar; Back undoes a change, or several that were one step. */
export function useUrlState(): [UrlState, ChangeUrl] {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  const state = useMemo(() => readUrl(search), [search]);
  const change = useCallback<ChangeUrl>((changed, how = "push") => {
    const { search: old, pathname, hash } = window.location;
    const state = readUrl(old);
    const search = writeUrl({ ...state, ...changed }, old);
    if (search === old) return;
    const url = `${pathname}${search}${hash}`;
    if (how === "push" && !steps.continues(changed, state)) window.history.pushState(null, "", url);
    else window.history.replaceState(window.history.state, "", url);
    window.dispatchEvent(new Event(WRITTEN));
  }, []);
  return [state, change];
}
