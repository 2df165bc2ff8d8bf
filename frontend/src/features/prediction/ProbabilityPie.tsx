import { Pie, PieChart, type PieLabelRenderProps } from "recharts";
import { PIE_FRAME as FRAME, pieLabels } from "./pieLabels";
import type { Slice } from "./pieSlices";

/** The slices as a pie; the caption of the figure around it says the same in text. */
export function ProbabilityPie({ slices }: { slices: readonly Slice[] }) {
  const drawn = slices.filter(({ label }) => label !== "");
  const places = pieLabels(
    drawn.map(({ probability }) => probability),
    FRAME,
  );
  const data = drawn.map(({ key, probability }) => ({
    name: key,
    value: probability,
    fill: `var(--digit-${key})`,
  }));

  const label = ({ index }: PieLabelRenderProps) => {
    const slice = drawn[index];
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
    <div aria-hidden="true" className="pie max-w-full">
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
          stroke={drawn.length > 1 ? "var(--ground)" : "none"}
          strokeWidth={2}
          isAnimationActive={false}
          rootTabIndex={-1}
          label={label}
          labelLine={false}
        />
      </PieChart>
    </div>
  );
}
