import { chance, points, pValue } from "../../features/figures/format";
import { MarkerIcon } from "../../features/figures/MarkerIcon";
import type { ComparedModel } from "./comparedModels";
import { sentenceParts } from "./sentenceParts";

/** What each step up the ladder gains, and whether that could be chance. */
export function Steps({ models }: { models: readonly ComparedModel[] }) {
  const titles = new Map(models.map(({ name, title }) => [name, title]));
  return (
    <ol className="grid gap-x-8 gap-y-6 sm:grid-cols-2 xl:grid-cols-3">
      {models.map(({ name, title, style, step }) =>
        step === null ? null : (
          <li key={name} data-testid="step" data-model={name} className="border-t border-line pt-3">
            <h3 className="flex items-center gap-2 font-semibold">
              <MarkerIcon style={style} />
              {title}
            </h3>
            <p className="mt-1 text-2xl font-semibold">{points(step.difference)}</p>
            <p className="text-sm">
              <span className="font-semibold">{chance(step.p_value_holm)}</span>
              <span className="text-soft"> ({pValue(step.p_value_holm)})</span>
            </p>
            <p className="mt-1 max-w-[60ch] text-sm text-soft">
              {sentenceParts(step.sentence, titles).map(({ text, isModel }, i) =>
                isModel ? <strong key={i}>{text}</strong> : text,
              )}
            </p>
          </li>
        ),
      )}
    </ol>
  );
}
