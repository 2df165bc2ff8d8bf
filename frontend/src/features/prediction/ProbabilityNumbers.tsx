import { percent } from "./format";

interface ProbabilityNumbersProps {
  /** Null before there is an answer: the places are kept. */
  readonly probabilities: readonly number[] | null;
  readonly digit: number | null;
}

/** The pie's legend: each digit's colour and probability, 0 to 9. */
export function ProbabilityNumbers({ probabilities, digit }: ProbabilityNumbersProps) {
  return (
    <ul
      aria-label="Probability of each digit"
      className="grid grid-flow-col grid-cols-2 grid-rows-5 gap-x-4 text-[0.9375rem]"
    >
      {Array.from({ length: 10 }, (_, d) => (
        <li
          key={d}
          data-testid="probability"
          className={`flex h-6 items-center gap-1.5 ${d === digit ? "font-bold" : ""}`}
        >
          <span
            className="shows-data size-3 shrink-0 rounded-[3px]"
            style={{ background: `var(--digit-${d})` }}
          />
          {d}{" "}
          <span className="grow text-right whitespace-nowrap">
            {probabilities && percent(probabilities[d] ?? 0)}
          </span>
        </li>
      ))}
    </ul>
  );
}
