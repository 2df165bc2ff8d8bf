import { parseRecents, withoutRecent, withRecent, type Recent } from "./recents";

const KEY = "digit-ladder-recents";
const CHANGED = "digit-ladder:recents-changed";

// where storage is disabled, the list lasts until the page is left
let untilLeft: string | null = null;

/** The list as text, the same as long as nothing changes. */
export function storedRecents(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return untilLeft;
  }
}

function store(recents: readonly Recent[]): void {
  untilLeft = recents.length === 0 ? null : JSON.stringify(recents);
  try {
    if (untilLeft === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, untilLeft);
  } catch {
    // untilLeft has it
  }
  window.dispatchEvent(new Event(CHANGED));
}

// each change begins with what is stored, which another tab may have changed

export function addRecent(added: Recent): void {
  store(withRecent(parseRecents(storedRecents()), added));
}

export function deleteRecent(text: string): void {
  store(withoutRecent(parseRecents(storedRecents()), text));
}

export function deleteAllRecents(): void {
  store([]);
}

export function subscribeToRecents(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener);
  window.addEventListener("storage", listener); // changed in another tab
  window.addEventListener("pageshow", listener); // or while Back kept this page asleep
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener("storage", listener);
    window.removeEventListener("pageshow", listener);
  };
}
