const KEY = "digit-ladder-keep";
const CHANGED = "digit-ladder:keep-changed";

// where storage is disabled, the choice lasts until the page is left
let untilLeft = false;

/** Whether the visitor wants nothing to be kept. */
export function keepsNothing(): boolean {
  try {
    return localStorage.getItem(KEY) === "nothing";
  } catch {
    return untilLeft;
  }
}

export function chooseToKeep(nothing: boolean): void {
  untilLeft = nothing;
  try {
    if (nothing) localStorage.setItem(KEY, "nothing");
    else localStorage.removeItem(KEY);
  } catch {
    // untilLeft has it
  }
  window.dispatchEvent(new Event(CHANGED));
}

export function subscribeToKeep(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener);
  window.addEventListener("storage", listener); // chosen in another tab
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener("storage", listener);
  };
}
