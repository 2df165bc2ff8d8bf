// Runs before the first paint; src/shared/theme/theme.ts stores what is read here.
try {
  const stored = localStorage.getItem("digit-ladder-theme");
  if (stored === "light" || stored === "dark") {
    document.documentElement.dataset.theme = stored;
  }
} catch {
  // storage is disabled: the system's scheme applies
}
