/** Notes in the history which element is left, for restoreFocus when Back has led here again. */
export function rememberFocus(id: string): void {
  window.history.replaceState({ focus: id }, "");
}

/** Focuses the element that was left, and scrolls the regions around it to where it is. */
export function restoreFocus(): void {
  const state: unknown = window.history.state;
  if (typeof state !== "object" || state === null || !("focus" in state)) return;
  window.history.replaceState(null, "");
  const left = document.getElementById(String(state.focus));
  left?.focus({ preventScroll: true });
  left?.scrollIntoView({ block: "nearest", behavior: "instant" });
}
