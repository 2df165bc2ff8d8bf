export interface KeyPress {
  readonly key: string;
  /** The key's place on a US keyboard, such as "KeyZ". */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  /** The key belongs to an input method. */
  readonly isComposing: boolean;
}

/** The kind of element that has the focus: it decides which keys the page may take. */
export type Focus = "page" | "text" | "control";

/** The letter by the layout or, on a layout without Latin letters, by the key's place. */
export function latinLetter({ key, code }: KeyPress): string {
  return /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace(/^Key/, "").toLowerCase();
}

/** Radio buttons are "page": outside a form Enter does nothing to them. */
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
