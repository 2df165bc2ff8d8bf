import type { Label } from "../../shared/api/kept";
import { areShort, useClassNames } from "../../shared/lib/classes";
import { labels, labelText } from "./label";

interface LabelButtonsProps {
  /** What the buttons say of what, for screen readers: "Label of drawing 3". */
  readonly legend: string;
  readonly chosen: Label | null;
  readonly isDisabled?: boolean;
  readonly onChoose: (label: Label) => void;
}

/** A button for each class, for what is no digit and for several. */
export function LabelButtons({ legend, chosen, isDisabled = false, onChoose }: LabelButtonsProps) {
  useClassNames();
  return (
    <div
      role="group"
      aria-label={legend}
      className={`grid gap-1 ${areShort() ? "grid-cols-5" : "grid-cols-2"}`}
    >
      {labels().map((label) => (
        <button
          key={label}
          type="button"
          aria-pressed={label === chosen}
          aria-disabled={isDisabled}
          className={`button aria-pressed:border-accent aria-pressed:bg-wash aria-pressed:font-bold ${!areShort() ? "px-1 text-sm/tight [overflow-wrap:anywhere]" : label === "not_a_digit" ? "col-span-3" : label === "several" ? "col-span-2" : "px-0"}`}
          onClick={() => {
            if (!isDisabled) onChoose(label);
          }}
        >
          {labelText(label)}
        </button>
      ))}
    </div>
  );
}
