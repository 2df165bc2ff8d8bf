import { useId } from "react";

interface SelectProps {
  readonly label: string;
  readonly options: readonly { readonly name: string; readonly title: string }[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

/** A choice among many options, with its label above. */
export function Select({ label, options, chosen, onChoose }: SelectProps) {
  const id = useId();
  return (
    <div className="grid max-w-full min-w-0 gap-1 text-sm text-soft">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="min-h-11 w-full cursor-pointer rounded-xl border border-edge bg-paper px-3 text-[0.9375rem] text-ink"
        value={chosen}
        onChange={(event) => {
          onChoose(event.target.value);
        }}
      >
        {options.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}
