import { lazy, Suspense, type ComponentType } from "react";
import { PIE_FRAME } from "./pieLabels";
import { pieSlices, sliceText, type Slice } from "./pieSlices";

type Pie = ComponentType<{ readonly slices: readonly Slice[] }>;

const NoPie: Pie = () => null;

// The chart library is most of the page's size. It loads in parallel to the page, and at once, so
// that a later loss of the network does no harm; without it the caption remains.
const pie = import("./ProbabilityPie").then(
  (chart): { default: Pie } => ({ default: chart.ProbabilityPie }),
  () => ({ default: NoPie }),
);
const ProbabilityPie = lazy(() => pie);

/** The ten probabilities as a pie chart and as a sentence. */
export function PieFigure({
  probabilities,
  isMuted = false,
}: {
  readonly probabilities: readonly number[];
  readonly isMuted?: boolean;
}) {
  const slices = pieSlices(probabilities);
  return (
    <figure className="grid grid-cols-1 justify-items-center">
      <div className={`max-w-full ${isMuted ? "opacity-60 grayscale" : ""}`}>
        <Suspense fallback={<div style={{ height: PIE_FRAME.height }} />}>
          <ProbabilityPie slices={slices} />
        </Suspense>
      </div>
      <figcaption className="text-center text-sm text-soft">{sliceText(slices)}</figcaption>
    </figure>
  );
}
