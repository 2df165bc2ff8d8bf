export type View = "draw" | "compare";

interface ViewText {
  readonly link: string;
  readonly tagline: string;
  readonly documentTitle: string;
}

export const VIEWS: Readonly<Record<View, ViewText>> = {
  draw: {
    link: "Draw",
    tagline: "Draw a digit. Every rung reads it; each adds one idea.",
    documentTitle: "Digit Ladder: draw a digit, watch the networks read it",
  },
  compare: {
    link: "Compare",
    tagline: "Which rung is better, and is the difference real?",
    documentTitle: "Digit Ladder: compare the networks",
  },
};

/** The view that the link names, else the drawing page. */
export function chooseView(wanted: string | null): { view: View; unknown: string | null } {
  if (wanted === "draw" || wanted === "compare") return { view: wanted, unknown: null };
  return { view: "draw", unknown: wanted };
}
