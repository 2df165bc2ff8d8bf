import { useEffect, useId, useRef } from "react";

/** While a year is typed it is 0002, 0020 and 0202 first; no drawing is that old. */
const FIRST_DAY = "2000-01-01";

interface DayFieldProps {
  readonly label: string;
  /** Such as "2026-11-28". */
  readonly chosen: string | null;
  readonly onChoose: (day: string | null) => void;
}

/** A day of the calendar, or none. */
function DayField({ label, chosen, onChoose }: DayFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // not a controlled input, which would lose a day that is typed in part
    if (input.current) input.current.value = chosen ?? "";
  }, [chosen]);
  return (
    <div className="grid min-w-0 gap-1 text-sm text-soft">
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="date"
        min={FIRST_DAY}
        defaultValue={chosen ?? ""}
        className="min-h-11 w-full min-w-0 rounded-xl border border-edge bg-paper px-3 max-sm:px-1.5 text-[0.9375rem] text-ink"
        onChange={({ target }) => {
          if (target.value === "" ? !target.validity.badInput : target.value >= FIRST_DAY) {
            onChoose(target.value === "" ? null : target.value);
          }
        }}
      />
    </div>
  );
}

interface DayRangeProps {
  readonly since: string | null;
  readonly until: string | null;
  readonly onChange: (change: { since: string | null } | { until: string | null }) => void;
}

/** The first and the last day, each or none. */
export function DayRange({ since, until, onChange }: DayRangeProps) {
  return (
    <>
      <DayField
        label="From"
        chosen={since}
        onChoose={(day) => {
          onChange({ since: day });
        }}
      />
      <DayField
        label="To"
        chosen={until}
        onChoose={(day) => {
          onChange({ until: day });
        }}
      />
    </>
  );
}
