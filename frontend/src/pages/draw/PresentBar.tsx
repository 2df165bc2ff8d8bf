import { areDigits } from "../../shared/lib/classes";

interface PresentBarProps {
  readonly guessesFirst: boolean;
  readonly onGuessFirst: (first: boolean) => void;
  /** What the class guessed, once the answers are shown. */
  readonly votes: string;
  readonly onLeave: () => void;
}

/** In the header's place while presenting. */
export function PresentBar({ guessesFirst, onGuessFirst, votes, onLeave }: PresentBarProps) {
  return (
    <section
      aria-label="Presentation"
      className="flex min-h-11 flex-wrap items-center gap-x-4 tablet:mb-1 tablet:min-h-12"
    >
      <h1 className="sr-only">Digit Ladder, presented</h1>
      <button type="button" className="button border-transparent" onClick={onLeave}>
        <svg viewBox="0 0 20 20" className="size-5" aria-hidden="true">
          <path d="M12 4 6 10l6 6" fill="none" stroke="currentColor" strokeWidth="1.8" />
        </svg>
        Leave
      </button>
      <label className="inline-flex min-h-11 cursor-pointer items-center gap-2">
        <input
          type="checkbox"
          className="size-5 accent-accent"
          checked={guessesFirst}
          onChange={(event) => {
            onGuessFirst(event.target.checked);
          }}
        />
        Guess first
      </label>
      {votes !== "" && (
        <p data-testid="votes" className="font-semibold">
          The class: {votes}
        </p>
      )}
      <p className="ml-auto hidden text-sm text-soft any-pointer-fine:max-wide:hidden any-pointer-fine:block">
        Arrow keys climb the ladder{areDigits() && ", digits vote"}, Escape leaves.
      </p>
    </section>
  );
}
