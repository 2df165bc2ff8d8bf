import { areShort, colourOfClass, nameOfClass } from "../../shared/lib/classes";
import { arcsOf } from "./arcs";

/** A digit stands beside its slice from this share on: so neighbours never touch each other. */
const LEAST_NAMED = 0.03;
/** The pie's radius is 1. */
const NAMES_AT = 1.17;

/**
 * The probabilities as a pie; an empty ring without them. Plain paths, since it is drawn again
 * at every movement of the pen. `ProbabilityNumbers` is its legend and says the same in text.
 */
export function ProbabilityPie({ probabilities }: { probabilities: readonly number[] | null }) {
  const arcs = arcsOf(probabilities ?? []);
  const named = arcs.filter(({ share }) => share >= LEAST_NAMED);
  return (
    <svg viewBox="-1.3 -1.3 2.6 2.6" data-testid="pie" className="block w-full" aria-hidden="true">
      {arcs.length === 0 && (
        <circle r="0.985" fill="none" stroke="var(--line)" strokeWidth="0.03" />
      )}
      {arcs.map(({ digit, path, share }) => (
        <path
          key={digit}
          d={path}
          fill={colourOfClass(digit)}
          stroke={named.length > 1 && share >= LEAST_NAMED ? "var(--ground)" : "none"}
          strokeWidth="0.025"
        />
      ))}
      {/* a longer name has no room beside its slice */}
      {(areShort() ? named : []).map(({ digit, middle }) => (
        <text
          key={digit}
          data-testid="pie-label"
          x={middle.x * NAMES_AT}
          y={middle.y * NAMES_AT}
          dominantBaseline="central"
          textAnchor="middle"
          fill="var(--ink)"
          fontSize="0.19"
          fontWeight="600"
          className="max-tablet:hidden"
        >
          {nameOfClass(digit)}
        </text>
      ))}
    </svg>
  );
}
