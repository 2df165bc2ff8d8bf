/** What the page is shown in; public/theme.js applies a remembered one before the first paint. */
export type Theme = "light" | "dark";

const KEY = "digit-ladder-theme";
const CHANGED = "digit-ladder:theme-changed";
const darkSystem = () => window.matchMedia("(prefers-color-scheme: dark)");

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return darkSystem().matches ? "dark" : "light";
}

/** Choosing what the system has anyway forgets the choice, so the page follows it again. */
export function chooseTheme(theme: Theme): void {
  const follows = theme === (darkSystem().matches ? "dark" : "light");
  if (follows) delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (follows) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // storage is switched off: the choice holds until the page is left
  }
  window.dispatchEvent(new Event(CHANGED));
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
