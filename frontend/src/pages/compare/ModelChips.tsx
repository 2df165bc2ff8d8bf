import type { ComparedRung } from "./comparedModels";
import { RungTick } from "./ModelCheckbox";

interface RungChipsProps {
  readonly rungs: readonly ComparedRung[];
  readonly shown: readonly ComparedRung[];
  readonly onToggle: (rung: ComparedRung) => void;
}

/** Which rungs the plots and matrices show: the table's checkboxes, at hand beside them. */
export function RungChips({ rungs, shown, onToggle }: RungChipsProps) {
  return (
    <fieldset className="flex flex-wrap gap-1.5 py-2">
      <legend className="sr-only">Rungs in the plots</legend>
      {rungs.map((rung) => (
        <RungTick
          key={rung.name}
          rung={rung}
          isShown={shown.includes(rung)}
          onToggle={onToggle}
          className="inline-flex min-h-9 rounded-full border border-line px-3 text-sm text-soft transition-colors hover:border-edge has-checked:border-edge has-checked:bg-paper has-checked:text-ink has-focus-visible:outline-3 has-focus-visible:outline-accent"
        />
      ))}
    </fieldset>
  );
}
