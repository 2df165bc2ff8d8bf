import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { toFailure } from "../../shared/api/failure";
import { refusal } from "./checks";
import { Field } from "./Field";

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly autoComplete: "username" | "current-password" | "new-password" | "off";
  readonly hint?: string;
  /** Says in words what is wrong with a value. */
  readonly check: (value: string) => string | null;
  /** Which of the service's refusals belongs beside it. */
  readonly about?: "name" | "password";
}

interface AccountFormProps {
  readonly title: string;
  readonly fields: readonly FormField[];
  readonly action: string;
  /** Whose password it is, for password managers. */
  readonly username?: string;
  readonly onSend: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  /** What has been done, once it has. */
  readonly done?: string;
}

/** A form that says beside each field what is wrong with it, and loses nothing when it fails. */
export function AccountForm(props: AccountFormProps) {
  const { title, fields, action, username, onSend, done } = props;
  const empty = Object.fromEntries(fields.map(({ name }) => [name, ""]));
  const [values, setValues] = useState<Readonly<Record<string, string>>>(empty);
  const [wasSent, setWasSent] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const sending = useMutation({
    mutationFn: onSend,
    onSuccess: () => {
      setValues(empty);
      setWasSent(false);
    },
  });
  const refused = sending.error && refusal(toFailure(sending.error));
  const isBeside = fields.some(({ about }) => about !== undefined && about === refused?.field);

  const submit = () => {
    setWasSent(true);
    if (sending.isPending) return;
    const wrong = fields.find(({ name, check }) => check(values[name] ?? "") !== null);
    if (!wrong) sending.mutate(values);
    else form.current?.querySelector<HTMLInputElement>(`[name="${wrong.name}"]`)?.focus();
  };

  return (
    <form
      ref={form}
      noValidate
      aria-label={title}
      className="max-w-md"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h3 className="text-lg font-semibold">{title}</h3>
      {username !== undefined && (
        <input type="text" autoComplete="username" value={username} readOnly hidden />
      )}
      {fields.map(({ check, about, ...field }) => {
        const value = values[field.name] ?? "";
        const wrong = wasSent ? check(value) : null;
        const told = about !== undefined && refused?.field === about ? refused.text : null;
        return (
          <Field
            key={field.name}
            {...field}
            value={value}
            problem={wrong ?? told}
            onChange={(typed) => {
              setValues({ ...values, [field.name]: typed });
              sending.reset(); // what was refused or done was another value
            }}
          />
        );
      })}
      <button
        type="submit"
        className="button button-primary mt-3"
        aria-disabled={sending.isPending}
      >
        {action}
      </button>
      <p role="alert" className="mt-2 font-semibold text-warn">
        {refused && !isBeside && refused.text}
      </p>
      <p role="status" className="font-semibold">
        {sending.isSuccess && done}
      </p>
    </form>
  );
}
