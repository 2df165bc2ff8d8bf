export type KeyAction = "undo" | "redo" | "clear" | "predict";

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  /** Inside an input method's composition the keys belong to it. */
  readonly isComposing: boolean;
}

/** What has the focus, as far as it gives keys a meaning of its own. */
export type Focus = "page" | "text" | "control";

export function keyAction(press: KeyPress, focus: Focus): KeyAction | null {
  if (press.isComposing || press.altKey || focus === "text") return null;
  const command = press.ctrlKey || press.metaKey;
  const key = press.key.toLowerCase();
  if (command && key === "z") return press.shiftKey ? "redo" : "undo";
  if (command && key === "y" && !press.shiftKey) return "redo";
  if (command || press.shiftKey) return null;
  if (key === "escape") return "clear";
  // Enter presses the button or follows the link that has the focus
  if (key === "enter" && focus === "page") return "predict";
  return null;
}

/** Radios are "page": Enter means nothing to them outside a form. */
export function focusOf(element: {
  readonly tagName: string;
  readonly type?: string;
  readonly isContentEditable?: boolean;
}): Focus {
  if (element.isContentEditable) return "text";
  switch (element.tagName.toLowerCase()) {
    case "textarea":
      return "text";
    case "input":
      switch (element.type) {
        case "radio":
        case "checkbox":
          return "page";
        case "file":
        case "button":
        case "submit":
          return "control";
        default:
          return "text";
      }
    case "button":
    case "a":
    case "summary":
    case "select":
      return "control";
    default:
      return "page";
  }
}
