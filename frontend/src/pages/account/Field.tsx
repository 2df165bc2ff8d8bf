import { useId } from "react";

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with the value, in words. */
  readonly problem: string | null;
  readonly hint?: string;
  readonly autoComplete: "username" | "current-password" | "new-password" | "off";
}

export function Field(props: FieldProps) {
  const { label, name, value, onChange, problem, hint, autoComplete } = props;
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="flex min-h-11 items-end pb-1 font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={autoComplete.endsWith("password") ? "password" : "text"}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-hint ${id}-problem`}
        className="block min-h-11 w-full rounded-xl border border-edge bg-paper px-3 text-base aria-invalid:border-warn"
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p id={`${id}-hint`} className="text-sm text-soft">
        {hint}
      </p>
      <p id={`${id}-problem`} role="alert" className="text-sm font-semibold text-warn">
        {problem}
      </p>
    </div>
  );
}
