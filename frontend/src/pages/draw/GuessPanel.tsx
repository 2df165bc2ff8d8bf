import { areDigits, areShort, nameOfClass } from "../../shared/lib/classes";
import { votesText, type Round } from "./guess";

interface GuessPanelProps {
  readonly round: Round;
  readonly onVote: (digit: number, by: 1 | -1) => void;
  readonly onShow: () => void;
}

/** Takes the place of the answer until the class has voted. */
export function GuessPanel({ round, onVote, onShow }: GuessPanelProps) {
  const most = Math.max(1, ...round.votes);
  return (
    <section aria-labelledby="guess-heading" data-testid="guess">
      <div className="flex min-h-6 items-center wide:min-h-11">
        <h2 id="guess-heading" className="font-semibold">
          What do the rungs read?
        </h2>
      </div>
      <ul
        className={`grid gap-x-3 gap-y-1 ${areDigits() ? "grid-flow-col grid-cols-2 grid-rows-5" : "grid-cols-1"}`}
      >
        {round.votes.map((count, digit) => (
          <li key={digit} className="flex items-center gap-1.5">
            <button
              type="button"
              className={`button h-11 shrink-0 font-bold ${areShort() ? "w-11 px-0 text-xl" : "max-w-40 px-2 text-sm/tight"}`}
              onClick={() => {
                onVote(digit, 1);
              }}
            >
              <span className="sr-only">One vote for </span>
              {nameOfClass(digit)}
            </button>
            <span aria-hidden="true" className="h-3 grow">
              <span
                className="block h-full rounded-full bg-accent transition-[width]"
                style={{ width: `${(count / most) * 100}%` }}
              />
            </span>
            <button
              type="button"
              aria-disabled={count === 0}
              title="One vote less"
              className="min-h-11 min-w-11 cursor-pointer text-right font-semibold tabular-nums"
              onClick={() => {
                onVote(digit, -1);
              }}
            >
              {count}
              <span className="sr-only">{` for ${nameOfClass(digit)}: one less`}</span>
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className="sr-only">
        {votesText(round)}
      </p>
      <button type="button" className="button button-primary mt-3 w-full" onClick={onShow}>
        Show the answers
      </button>
    </section>
  );
}
