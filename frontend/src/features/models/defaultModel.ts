import { share } from "../figures/format";
import type { ModelSummary } from "../../shared/api/types";
import { noun } from "../../shared/lib/classes";

/**
 * Why the service answers with its default model where none is named; null without one. The best
 * on the validation split is taken, of equals the higher rung.
 */
export function defaultReason(models: readonly ModelSummary[]): string | null {
  const chosen = models.find((model) => model.default);
  if (!chosen) return null;
  const most = Math.max(...models.map(({ validation_accuracy: accuracy }) => accuracy));
  const best = models.filter(({ validation_accuracy: accuracy }) => accuracy === most);
  if (chosen !== best.at(-1)) {
    return `${chosen.title} answers where no rung is chosen: this service is set up so.`;
  }
  const equals = best.slice(0, -1).map(({ title }) => title);
  const equally =
    equals.length === 0
      ? ""
      : `, as does ${equals.join(" and ")}, and of equals the higher rung counts`;
  return `${chosen.title} answers where no rung is chosen: it reads most of the validation ${noun(2)} (${share(most)})${equally}. The test ${noun(2)} choose nothing, so that their accuracy stays an honest score, whichever rung has the best one.`;
}
