import { chance, count, points, pointsInterval, pValue } from "../../features/figures/format";
import { MarkerIcon } from "../../features/figures/MarkerIcon";
import type { StyledModel } from "../../features/figures/plot";
import type { PairFigures } from "./statistics";

interface PairsProps {
  readonly pairs: readonly PairFigures[];
  readonly models: readonly StyledModel[];
}

/** What each step up the ladder gains on the labelled drawings. */
export function Pairs({ pairs, models }: PairsProps) {
  if (pairs.length === 0) {
    return <p className="text-soft">No two rungs have answered the same labelled drawing.</p>;
  }
  return (
    <ul className="grid gap-x-8 gap-y-6 sm:grid-cols-2 xl:grid-cols-3">
      {pairs.map(({ a, b, n, fixed, broken, ...pair }) => {
        const from = models.find(({ name }) => name === a)?.title ?? a;
        const to = models.find(({ name }) => name === b);
        return (
          <li key={`${a} ${b}`} data-testid="pair" className="border-t border-line pt-3">
            <h3 className="flex items-baseline gap-2 font-semibold">
              {to && <MarkerIcon style={to.style} />}
              <span>
                {to?.title ?? b} <span className="font-normal text-soft">after {from}</span>
              </span>
            </h3>
            <p className="mt-1 text-2xl font-semibold">{points(pair.difference)}</p>
            <p className="text-sm">
              <span className="font-semibold">
                {fixed + broken === 0 ? "They read them alike" : chance(pair.p_value_holm)}
              </span>
              <span className="text-soft">
                {" "}
                ({pValue(pair.p_value_holm)}, 95% interval{" "}
                {pointsInterval(pair.difference_interval)})
              </span>
            </p>
            <p className="mt-1 text-sm text-soft">
              Of {count(n)} drawings it fixes {count(fixed)} and breaks {count(broken)}.
            </p>
          </li>
        );
      })}
    </ul>
  );
}
