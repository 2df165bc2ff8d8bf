/** The page's colours; public/theme.js applies a stored choice before the first paint. */
export type Theme = "light" | "dark";

const KEY = "digit-ladder-theme";
const CHANGED = "digit-ladder:theme-changed";
const darkSystem = () => window.matchMedia("(prefers-color-scheme: dark)");

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return darkSystem().matches ? "dark" : "light";
}

/** Choosing the system's own theme removes the stored choice, so the page follows it again. */
export function chooseTheme(theme: Theme): void {
  const follows = theme === (darkSystem().matches ? "dark" : "light");
  if (follows) delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (follows) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // storage is disabled: the choice lasts until the page is left
  }
  window.dispatchEvent(new Event(CHANGED));
}

/** What changes the page's colours besides the theme. */
const OTHER_QUERIES = ["(forced-colors: active)", "(prefers-contrast: more)", "print"];

/** Calls the listener when the colours on the page may have changed, for whatever reason. */
export function subscribeToColours(listener: () => void): () => void {
  const queries = OTHER_QUERIES.map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener("change", listener);
  const leaveTheme = subscribeToTheme(listener);
  return () => {
    for (const query of queries) query.removeEventListener("change", listener);
    leaveTheme();
  };
}

export function subscribeToTheme(listener: () => void): () => void {
  const system = darkSystem();
  system.addEventListener("change", listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    system.removeEventListener("change", listener);
    window.removeEventListener(CHANGED, listener);
  };
}
