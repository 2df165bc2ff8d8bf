import { useEffect } from "react";
import { chooseTheme } from "../shared/theme/theme";
import { useTheme } from "../shared/theme/useTheme";

/** Switches between light and dark. */
export function ThemeToggle() {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";

  useEffect(() => {
    // the browser's own bars take the page's colour, even where it differs from the system's
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.setAttribute("content", ground);
    }
  }, [theme]);

  return (
    <button
      type="button"
      className="button border-transparent"
      onClick={() => {
        chooseTheme(other);
      }}
    >
      <svg viewBox="0 0 20 20" className="size-5" aria-hidden="true">
        <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" strokeWidth="1.8" />
        <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
      </svg>
      <span className="sr-only">Switch to {other} colours</span>
    </button>
  );
}
