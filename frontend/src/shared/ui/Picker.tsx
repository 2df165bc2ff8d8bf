import { useId } from "react";

interface PickerProps {
  readonly legend: string;
  readonly options: readonly { readonly name: string; readonly title: string }[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

/** A choice among a few visible options. */
export function Picker({ legend, options, chosen, onChoose }: PickerProps) {
  const group = useId();
  return (
    <fieldset className="flex flex-wrap gap-1">
      <legend className="sr-only">{legend}</legend>
      {options.map(({ name, title }) => (
        <label
          key={name}
          className="inline-flex min-h-9 min-w-9 cursor-pointer items-center justify-center rounded-lg border border-transparent px-2.5 text-sm text-soft transition-colors hover:border-edge hover:text-ink has-checked:border-accent has-checked:bg-wash has-checked:font-medium has-checked:text-ink has-focus-visible:outline-3 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={group}
            className="sr-only"
            checked={name === chosen}
            onChange={() => {
              onChoose(name);
            }}
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}
