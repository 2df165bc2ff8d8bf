import { areShort, nameOfClass } from "../../shared/lib/classes";
import { byProbability } from "../prediction/format";

interface ProbabilityBarsProps {
  readonly probabilities: readonly number[];
  readonly digit: number;
}

/** A small bar a class, of many the ten likeliest; the text beside them says the same. */
export function ProbabilityBars({ probabilities, digit }: ProbabilityBarsProps) {
  return (
    <span aria-hidden="true" className="flex items-end gap-px">
      {shownOf(probabilities).map((d) => (
        <span key={d} className="grid w-2.5 justify-items-center">
          <span className="flex h-9 w-2 items-end">
            <span
              className={`shows-data w-full rounded-t-[2px] ${d === digit ? "bg-accent" : "bg-edge"}`}
              style={{ height: `max(1px, ${(probabilities[d] ?? 0) * 100}%)` }}
            />
          </span>
          <span className={`text-[0.625rem] leading-3 ${d === digit ? "font-bold" : "text-soft"}`}>
            {areShort() && nameOfClass(d)}
          </span>
        </span>
      ))}
    </span>
  );
}

const MOST_BARS = 10;

/** In counting order. */
function shownOf(probabilities: readonly number[]): number[] {
  return byProbability(probabilities)
    .slice(0, MOST_BARS)
    .sort((a, b) => a - b);
}
