// Runs before the first paint. src/shared/theme/theme.ts writes what is read here.
try {
  const remembered = localStorage.getItem("digit-ladder-theme");
  if (remembered === "light" || remembered === "dark") {
    document.documentElement.dataset.theme = remembered;
  }
} catch {
  // storage is switched off: the system's scheme applies
}
