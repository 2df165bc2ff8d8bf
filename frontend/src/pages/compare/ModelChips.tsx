import type { ComparedModel } from "./comparedModels";
import { ModelCheckbox } from "./ModelCheckbox";

interface ModelChipsProps {
  readonly models: readonly ComparedModel[];
  readonly shown: readonly ComparedModel[];
  readonly onToggle: (model: ComparedModel) => void;
}

/** Chooses the models in plots and matrices, as the table's checkboxes do. */
export function ModelChips({ models, shown, onToggle }: ModelChipsProps) {
  return (
    <fieldset className="flex flex-wrap gap-1.5 py-2">
      <legend className="sr-only">Rungs in the plots</legend>
      {models.map((model) => (
        <ModelCheckbox
          key={model.name}
          model={model}
          isShown={shown.includes(model)}
          onToggle={onToggle}
          className="inline-flex min-h-9 rounded-full border border-line px-3 text-sm text-soft transition-colors hover:border-edge has-checked:border-edge has-checked:bg-paper has-checked:text-ink has-focus-visible:outline-3 has-focus-visible:outline-accent"
        />
      ))}
    </fieldset>
  );
}
