import { areDigits, colourOfClass, nameOfClass, useClassNames } from "../../shared/lib/classes";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { byProbability, percent } from "./format";

interface ProbabilityNumbersProps {
  /** Null before there is an answer: the places are kept. */
  readonly probabilities: readonly number[] | null;
  readonly digit: number | null;
}

/**
 * The pie's legend: each class's colour and probability. Digits stand in counting order; other
 * classes, of which there may be many with long names, from the likeliest down, in a list that
 * scrolls.
 */
export function ProbabilityNumbers({ probabilities, digit }: ProbabilityNumbersProps) {
  const names = useClassNames();
  const rows = (order: readonly number[]) =>
    order.map((d) => (
      <li
        key={d}
        data-testid="probability"
        className={`flex h-6 items-center gap-1.5 ${d === digit ? "font-bold" : ""}`}
      >
        <span
          className="shows-data size-3 shrink-0 rounded-[3px]"
          style={{ background: colourOfClass(d) }}
        />
        <span className="truncate" title={nameOfClass(d)}>
          {nameOfClass(d)}
        </span>{" "}
        <span className="grow text-right whitespace-nowrap">
          {probabilities && percent(probabilities[d] ?? 0)}
        </span>
      </li>
    ));
  const order = [...names.keys()];
  if (areDigits()) {
    return (
      <ul
        aria-label="Probability of each digit"
        className="grid grid-flow-col grid-cols-2 grid-rows-5 gap-x-4 text-[0.9375rem]"
      >
        {rows(order)}
      </ul>
    );
  }
  return (
    <ScrollRegion label="Probabilities" className="h-30">
      <ul aria-label="Probability of each class" className="pr-2 text-[0.9375rem]">
        {rows(probabilities ? byProbability(probabilities) : order)}
      </ul>
    </ScrollRegion>
  );
}
