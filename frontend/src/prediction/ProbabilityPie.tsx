import { Pie, PieChart, type PieLabelRenderProps } from "recharts";
import { pieLabels, type PieFrame } from "./pieLabels";
import { pieSlices, sliceWords } from "./pieSlices";

const FRAME: PieFrame = { width: 328, height: 216, radius: 82, lineHeight: 20 };

/** The ten probabilities as a pie; the same in words below it. */
export function ProbabilityPie({ probabilities }: { probabilities: readonly number[] }) {
  const slices = pieSlices(probabilities);
  const places = pieLabels(
    slices.map(({ probability }) => probability),
    FRAME,
  );
  const data = slices.map(({ key, probability }) => ({
    name: key,
    value: probability,
    fill: `var(--digit-${key})`,
  }));

  const label = ({ index }: PieLabelRenderProps) => {
    const slice = slices[index];
    const place = places[index];
    if (!slice || !place) return null;
    const outward = place.side === "right" ? 1 : -1;
    const { edge, text } = place;
    return (
      <g key={slice.key} data-testid="pie-label">
        <path
          d={`M${edge.x} ${edge.y}L${text.x - 5 * outward} ${text.y}h${3 * outward}`}
          fill="none"
          stroke="var(--edge)"
        />
        <text
          x={text.x}
          y={text.y}
          dominantBaseline="central"
          textAnchor={place.side === "right" ? "start" : "end"}
          fill="var(--ink)"
          fontSize={13}
        >
          {slice.label}
        </text>
      </g>
    );
  };

  return (
    <figure className="grid justify-items-center">
      <div aria-hidden="true">
        <PieChart
          width={FRAME.width}
          height={FRAME.height}
          accessibilityLayer={false}
          margin={{ top: 0, right: 0, bottom: 0, left: 0 }}
        >
          <Pie
            data={data}
            dataKey="value"
            cx={FRAME.width / 2}
            cy={FRAME.height / 2}
            outerRadius={FRAME.radius}
            startAngle={90}
            endAngle={-270}
            stroke="var(--paper)"
            strokeWidth={2}
            isAnimationActive={false}
            label={label}
            labelLine={false}
          />
        </PieChart>
      </div>
      <figcaption className="text-center text-sm text-soft">
        Probability of each digit — {sliceWords(slices)}
      </figcaption>
    </figure>
  );
}
