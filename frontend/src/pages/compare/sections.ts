import { noun } from "../../shared/lib/classes";

/** The sections of the Compare page, in order; `id` is the link's fragment. */
export const SECTIONS = {
  table: { id: "table", link: "Figures", title: "The rungs and their figures" },
  steps: { id: "steps", link: "Steps", title: "What each step bought" },
  beyond: { id: "beyond", link: "Beyond MNIST", title: "What MNIST does not ask" },
  further: { id: "further", link: "Further figures", title: "Further figures" },
  plots: { id: "plots", link: "Plots", title: "The chosen rungs side by side" },
  matrices: { id: "matrices", link: "Confusions", title: "Confusion matrices" },
  galleries: { id: "galleries", link: "Fixed and broken", title: "Fixed and broken" },
  augmentation: {
    id: "augmentation",
    get link() {
      return `Training ${noun(2)}`;
    },
    title: "What it was trained on",
  },
  own: { id: "own", link: "Your pictures", title: "Your own pictures" },
} as const;
