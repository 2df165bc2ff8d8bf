import type { Report } from "../../shared/api/types";
import { areDigits, noun } from "../../shared/lib/classes";
import { inList, listOf } from "./lists";

type Curve = Report["robustness"]["curves"][number];

/** What a robustness curve says of one level. */
export interface OnCurve {
  /** The share of test digits that are read, 0..1. */
  readonly accuracy: number;
  /** Measured at this very level; else on the straight line between two. */
  readonly isMeasured: boolean;
}

/** Null beyond the curve's ends. */
export function onCurve({ levels, accuracy }: Curve, level: number): OnCurve | null {
  for (const [i, high] of levels.entries()) {
    const highShare = accuracy[i];
    if (highShare === undefined || high < level) continue;
    if (high === level) return { accuracy: highShare, isMeasured: true };
    const [low, lowShare] = [levels[i - 1], accuracy[i - 1]];
    if (low === undefined || lowShare === undefined) return null;
    const along = (level - low) / (high - low);
    return { accuracy: lowShare + along * (highShare - lowShare), isMeasured: false };
  }
  return null;
}

/** Of a hundred test digits: "94", or "about 89" between two levels that were measured. */
export function ofHundred({ accuracy, isMeasured }: OnCurve): string {
  return `${isMeasured ? "" : "about "}${Math.round(accuracy * 100)}`;
}

interface Standing {
  readonly title: string;
  readonly isRead: boolean;
  readonly onCurve: OnCurve | null;
}

function howMeasured(): string {
  return `Measured on ${areDigits() ? "1,000 test digits" : "the test pictures"} with this change alone and not centred again; straight lines between the levels.`;
}

/**
 * Where a drawing stands beside the test digits that were changed as much. It can be compared with
 * them only where nothing else is changed (`isAlone`). Null before the curves are there.
 */
export function standingText(standings: readonly Standing[], isAlone: boolean): string | null {
  const measured = standings.flatMap(({ onCurve, ...rest }) =>
    onCurve ? [{ ...rest, onCurve }] : [],
  );
  if (measured.length === 0) return null;
  if (!isAlone) return `${howMeasured()} More than that is changed here.`;
  const fragile = measured.filter(({ isRead, onCurve }) => !isRead && onCurve.accuracy > 0.5);
  if (fragile.length > 0) {
    return `At this level ${told(fragile, "still")}, but not this drawing: it is harder than most. ${howMeasured()}`;
  }
  const sturdy = measured.filter(({ isRead, onCurve }) => isRead && onCurve.accuracy < 0.5);
  if (sturdy.length > 0) {
    return `At this level ${told(sturdy, "only")}, but still this drawing: it is sturdier than most. ${howMeasured()}`;
  }
  return `Each rung does with it what it does with most test ${noun(2)} at this level. ${howMeasured()}`;
}

/** "A still reads 90 of 100 test digits and B about 80" */
function told(
  standings: readonly { readonly title: string; readonly onCurve: OnCurve }[],
  how: "still" | "only",
): string {
  return listOf(
    standings.map(({ title, onCurve }, i) => {
      const count = ofHundred(onCurve);
      if (i > 0) return `${inList(title)} ${count}`;
      const reads = how === "still" ? "still reads" : "reads only";
      return `${inList(title)} ${reads} ${count} of 100 test ${noun(2)}`;
    }),
  );
}
