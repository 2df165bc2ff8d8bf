import { useId } from "react";
import { KNOBS, snap, type Knob, type KnobName } from "./knobs";
import type { Nudge } from "./nudge";

interface KnobPickerProps {
  readonly nudge: Nudge;
  readonly chosen: KnobName;
  readonly onChoose: (name: KnobName) => void;
}

/** Which slider is shown, with the values of all that are moved. */
export function KnobPicker({ nudge, chosen, onChoose }: KnobPickerProps) {
  const group = useId();
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">What to change</legend>
      {KNOBS.map(({ name, title, harmless, text }) => (
        <label
          key={name}
          className="inline-flex min-h-11 cursor-pointer flex-col items-start justify-center rounded-xl border border-line px-2.5 text-sm leading-tight text-soft transition-colors hover:border-edge hover:text-ink has-checked:border-accent has-checked:bg-wash has-checked:font-semibold has-checked:text-ink has-focus-visible:outline-3 has-focus-visible:outline-accent"
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
          {nudge[name] !== harmless && (
            <span className="text-xs font-semibold text-accent">{text(nudge[name])}</span>
          )}
        </label>
      ))}
    </fieldset>
  );
}

interface KnobSliderProps {
  readonly knob: Knob;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** One slider over the strips' whole width, each of its values above the strips' same value. */
export function KnobSlider({ knob, value, onChange }: KnobSliderProps) {
  const { title, min, max, step, signedText } = knob;
  const values = Math.round((max - min) / step) + 1;
  return (
    <input
      type="range"
      aria-label={title}
      aria-valuetext={signedText(value)}
      min={min}
      max={max}
      step={step}
      value={value}
      // a thumb's middle is half a thumb, 8 px, away from the slider's end
      style={{ marginInline: `calc(50% / ${values} - 0.5rem)` }}
      className="h-11 min-w-0 cursor-pointer accent-accent"
      onChange={({ target }) => {
        onChange(snap(knob, target.valueAsNumber));
      }}
    />
  );
}

interface PlaceSliderProps {
  readonly label: string;
  /** A pixel, 0 to 27. */
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** Where the eraser is along one side of the field. */
export function PlaceSlider({ label, value, onChange }: PlaceSliderProps) {
  return (
    <label className="grid grid-cols-[9rem_minmax(0,1fr)] items-center gap-2 text-sm text-soft">
      {`${label}: ${value} px`}
      <input
        type="range"
        min={0}
        max={27}
        value={value}
        className="h-11 min-w-0 cursor-pointer accent-accent"
        onChange={({ target }) => {
          onChange(target.valueAsNumber);
        }}
      />
    </label>
  );
}
