import { useEffect, useRef, useState } from "react";

interface ConfirmButtonProps {
  readonly label: string;
  /** What is asked, and what happens then. */
  readonly question: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
}

/** Asks in its own place before it does what cannot be undone. */
export function ConfirmButton({ label, question, confirm, onConfirm }: ConfirmButtonProps) {
  const [isAsking, setIsAsking] = useState(false);
  const safe = useRef<HTMLButtonElement>(null); // the one that changes nothing
  const wasAsking = useRef(false);
  useEffect(() => {
    // the button that was pressed has gone; the focus stays here
    if (wasAsking.current !== isAsking) safe.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  const close = () => {
    setIsAsking(false);
  };
  if (!isAsking) {
    return (
      <button
        ref={safe}
        type="button"
        className="button"
        onClick={() => {
          setIsAsking(true);
        }}
      >
        {label}
      </button>
    );
  }
  return (
    <div role="group" aria-label={label} className="rounded-xl border border-warn bg-warn-wash p-3">
      <p className="text-ink">{question}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <button
          type="button"
          className="button border-warn"
          onClick={() => {
            close();
            onConfirm();
          }}
        >
          {confirm}
        </button>
        <button ref={safe} type="button" className="button" onClick={close}>
          Cancel
        </button>
      </div>
    </div>
  );
}
