import { modelStyle } from "../figures/modelStyle";
import type { StyledModel } from "../figures/plot";
import type { ModelSummary } from "../../shared/api/types";

/**
 * The models that figures and drawings name, in ladder order, each as the plots show it. What is
 * no longer served comes last, under its own name.
 */
export function styledModels(
  served: readonly ModelSummary[] | null,
  named: Iterable<string>,
): StyledModel[] {
  const titles = new Map((served ?? []).map(({ name, title }) => [name, title]));
  const ladder = [...titles.keys()];
  const others = [...new Set(named)].filter((name) => !titles.has(name)).sort();
  const wanted = new Set(named);
  return [...ladder, ...others]
    .map((name, i) => ({ name, title: titles.get(name) ?? name, style: modelStyle(i + 1) }))
    .filter(({ name }) => wanted.has(name));
}
