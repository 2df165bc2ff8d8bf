import { noun } from "../shared/lib/classes";

export type View =
  | "draw"
  | "inside"
  | "nudge"
  | "compare"
  | "glossary"
  | "history"
  | "statistics"
  | "account"
  | "review"
  | "admin";

interface ViewText {
  readonly link: string;
  readonly tagline: string;
  readonly documentTitle: string;
}

export const VIEWS: Readonly<Record<View, ViewText>> = {
  draw: {
    link: "Draw",
    get tagline() {
      return `Draw a ${noun()}. Every rung reads it; each adds one idea.`;
    },
    get documentTitle() {
      return `Digit Ladder: draw a ${noun()}, watch the networks read it`;
    },
  },
  inside: {
    link: "Inside",
    tagline: "What does a rung look at?",
    documentTitle: "Digit Ladder: inside the networks",
  },
  compare: {
    link: "Compare",
    tagline: "Which rung is better, and is the difference real?",
    documentTitle: "Digit Ladder: compare the networks",
  },
  nudge: {
    link: "Nudge",
    tagline: "How far can it be turned before a rung loses it?",
    documentTitle: "Digit Ladder: nudge your drawing",
  },
  history: {
    link: "History",
    tagline: "What you drew, and what each rung read.",
    documentTitle: "Digit Ladder: your drawings",
  },
  statistics: {
    link: "Statistics",
    tagline: "Which rung reads you best?",
    documentTitle: "Digit Ladder: statistics of what was drawn",
  },
  account: {
    link: "Account",
    tagline: "An account keeps your drawings together.",
    documentTitle: "Digit Ladder: your account",
  },
  review: {
    link: "Review",
    tagline: "Which labels are right?",
    documentTitle: "Digit Ladder: review labels",
  },
  glossary: {
    link: "Glossary",
    tagline: "The words of the field.",
    documentTitle: "Digit Ladder: glossary",
  },
  admin: {
    link: "Admin",
    tagline: "Train again, promote, roll back.",
    documentTitle: "Digit Ladder: administration",
  },
};

/** The view that the link names, else the drawing page. */
export function chooseView(wanted: string | null): { view: View; unknown: string | null } {
  if (wanted === null) return { view: "draw", unknown: null };
  return Object.hasOwn(VIEWS, wanted)
    ? { view: wanted as View, unknown: null }
    : { view: "draw", unknown: wanted };
}

/** Views of what a service keeps. */
export const SERVICE_VIEWS: ReadonlySet<View> = new Set<View>([
  "history",
  "statistics",
  "account",
  "review",
  "admin",
]);

/**
 * The views that are linked for someone: reviewing and administration only for who may do them, and
 * without a service nothing that takes one.
 */
export function linkedViews(role: string | null, isStatic = false): View[] {
  const views: View[] = ["draw", "inside", "compare", "history", "statistics", "account"];
  if (role === "reviewer" || role === "admin") views.push("review");
  if (role === "admin") views.push("admin");
  return isStatic ? views.filter((view) => !SERVICE_VIEWS.has(view)) : views;
}
