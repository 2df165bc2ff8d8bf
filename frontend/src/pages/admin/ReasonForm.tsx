import { useId, useState } from "react";
import { toFailure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";

/** As the service takes it. */
const LONGEST = 1_000;

interface ReasonFormProps {
  /** What is done. */
  readonly label: string;
  /** To what, for screen readers. */
  readonly about: string;
  readonly onSend: (reason: string) => Promise<void>;
}

/** A button that asks for a reason, in its place, before it does anything. */
export function ReasonForm({ label, about, onSend }: ReasonFormProps) {
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [isSending, setIsSending] = useState(false);
  const [complaint, setComplaint] = useState<string | null>(null);
  const isReady = reason.trim() !== "" && !isSending;

  const send = async () => {
    setIsSending(true);
    setComplaint(null);
    try {
      await onSend(reason.trim());
      setIsOpen(false);
      setReason("");
    } catch (error) {
      const { title, detail } = failureText(toFailure(error as Error), null, "figures");
      setComplaint(`${title}. ${detail}`);
    } finally {
      setIsSending(false);
    }
  };

  return (
    <div className="mt-3">
      {!isOpen ? (
        <button
          type="button"
          className="button"
          onClick={() => {
            setIsOpen(true);
          }}
        >
          {label}
          <span className="sr-only"> of {about}</span>
        </button>
      ) : (
        <form
          className="grid max-w-xl gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady) void send();
          }}
        >
          <label htmlFor={id} className="text-sm text-soft">
            Why? It is kept in the log for good.
          </label>
          <input
            ref={focusOnce}
            id={id}
            type="text"
            maxLength={LONGEST}
            autoComplete="off"
            className="min-h-11 rounded-xl border border-edge bg-paper px-3 text-ink"
            value={reason}
            onChange={(event) => {
              setReason(event.target.value);
            }}
          />
          <div className="flex flex-wrap gap-1.5">
            <button type="submit" className="button button-primary" aria-disabled={!isReady}>
              {isSending ? "Sending…" : label}
            </button>
            <button
              type="button"
              className="button"
              onClick={() => {
                setIsOpen(false);
                setComplaint(null);
              }}
            >
              Cancel
            </button>
          </div>
          {reason.trim() === "" && <p className="text-sm text-soft">Give a reason to go on.</p>}
        </form>
      )}
      {complaint !== null && (
        <p role="alert" className="mt-1 text-sm font-semibold text-warn">
          {complaint}
        </p>
      )}
    </div>
  );
}

/** The button that was pressed has gone. */
function focusOnce(input: HTMLInputElement | null) {
  input?.focus();
}
