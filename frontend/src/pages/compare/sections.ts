/** The sections of the Compare page, in order; `id` is the link's fragment. */
export const SECTIONS = {
  table: { id: "table", link: "Figures", title: "The rungs and their figures" },
  steps: { id: "steps", link: "Steps", title: "What each step bought" },
  beyond: { id: "beyond", link: "Beyond MNIST", title: "What MNIST does not ask" },
  plots: { id: "plots", link: "Plots", title: "The chosen rungs side by side" },
  matrices: { id: "matrices", link: "Confusions", title: "Confusion matrices" },
  galleries: { id: "galleries", link: "Fixed and broken", title: "Fixed and broken" },
} as const;
