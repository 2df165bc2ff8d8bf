import { urlOf } from "../../shared/api/staticSite";
import { noun } from "../../shared/lib/classes";
import type { Reported } from "./comparedModels";

/** Training digits of each rung that learnt from changed ones, a row after each transform. */
export function ContactSheets({ reported }: { readonly reported: readonly Reported[] }) {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      {reported.map(({ model }) => (
        <figure key={model.name} className="min-w-0">
          <img
            src={urlOf(`reports/${encodeURIComponent(model.name)}/contact_sheet.png`)}
            alt={`Rows of training ${noun(2)} of ${model.title}, each row after one transform, the last after all`}
            loading="lazy"
            className="w-full max-w-2xl rounded-lg"
          />
          <figcaption className="mt-1 text-sm text-soft">{model.title}</figcaption>
        </figure>
      ))}
    </div>
  );
}
