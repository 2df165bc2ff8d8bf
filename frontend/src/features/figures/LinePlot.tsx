import { memo } from "react";
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  Tooltip,
  usePlotArea,
  XAxis,
  YAxis,
} from "recharts";
import { allXs, layersOf, type Plot, type Series } from "./plot";
import { PlotTooltip } from "./PlotTooltip";
import { markerPath, type ModelStyle } from "./modelStyle";

/** More markers on a line would only crowd it. */
const MOST_MARKERS = 15;
/** Markers of several models at one x are drawn side by side, over this share of the space. */
const DODGE_SHARE = 0.75;
const TICK = { fill: "var(--soft)", fontSize: 12 };

interface DotProps {
  readonly cx?: number;
  readonly cy?: number | null;
  readonly index?: number;
  readonly value?: number | null;
}

/** The plot itself; the figure around it has the same numbers in a table. */
export const LinePlot = memo(function LinePlot({ plot }: { plot: Plot }) {
  const { series, x, y } = plot;
  const xs = allXs(series);
  const points = series.map((line) => new Map(line.points.map((point) => [point.x, point])));
  const layers = series.flatMap((line, i) =>
    layersOf(line).map((layer) => ({ ...layer, line, i })),
  );
  const data = xs.map((at) => ({
    x: at,
    ...Object.fromEntries(layers.map(({ yAt }, k) => [`y${k}`, yAt.get(at) ?? null])),
  }));
  const models = [...new Set(series.map(({ model }) => model.name))];

  const dotsOf = (line: Series, i: number) => {
    const every = Math.ceil(line.points.length / MOST_MARKERS);
    const places = new Map(line.points.map((point, place) => [point.x, place]));
    const beside = (models.indexOf(line.model.name) - (models.length - 1) / 2) / models.length;
    const dodge = plot.drawing === "markers" ? (beside * DODGE_SHARE) / x.ticks.length : 0;
    return ({ cx, cy, index = 0 }: DotProps) => {
      const at = xs[index];
      const point = at === undefined ? undefined : points[i]?.get(at);
      const place = at === undefined ? undefined : places.get(at);
      if (cx === undefined || cy == null || !point || place === undefined) return null;
      if (place % every !== 0) return null;
      return (
        <Dot
          key={index}
          x={cx}
          y={cy}
          dodge={dodge}
          style={line.model.style}
          isHollow={line.isSecond || point.isWeak === true}
        />
      );
    };
  };

  return (
    <LineChart
      data={data}
      responsive
      style={{ width: "100%", height: "100%" }}
      margin={{ top: 10, right: 14, bottom: 0, left: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid stroke="var(--line)" vertical={false} />
      <XAxis
        dataKey="x"
        type="number"
        domain={[...x.domain]}
        ticks={[...x.ticks]}
        tickFormatter={x.format.tick}
        tick={TICK}
        stroke="var(--edge)"
      />
      <YAxis
        type="number"
        scale={y.scale}
        domain={[...y.domain]}
        ticks={[...y.ticks]}
        tickFormatter={y.format.tick}
        tick={TICK}
        stroke="var(--edge)"
        width={52}
      />
      {plot.hasDiagonal && (
        <ReferenceLine
          segment={[
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ]}
          stroke="var(--edge)"
          strokeDasharray="2 4"
        />
      )}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: "var(--edge)" }}
        content={({ active, label }) =>
          active && typeof label === "number" ? <PlotTooltip plot={plot} x={label} /> : null
        }
      />
      {layers.map(({ line, i, isWeak }, k) => (
        <Line
          key={`${line.model.name} ${line.isSecond} ${isWeak}`}
          dataKey={`y${k}`}
          name={line.name}
          stroke={plot.drawing === "markers" || isWeak ? "none" : line.model.style.colour}
          strokeWidth={line.isSecond ? 1.4 : 2}
          {...(line.isSecond ? { strokeDasharray: "5 4" } : {})}
          dot={dotsOf(line, i)}
          activeDot={false}
          connectNulls
          isAnimationActive={false}
        />
      ))}
    </LineChart>
  );
});

interface DotMarkProps {
  readonly x: number;
  readonly y: number;
  /** To the right, as a share of the plot's width. */
  readonly dodge: number;
  readonly style: ModelStyle;
  readonly isHollow: boolean;
}

function Dot({ x, y, dodge, style, isHollow }: DotMarkProps) {
  const width = usePlotArea()?.width ?? 0;
  const radius = isHollow ? 3.4 : 4.2;
  return (
    <path
      d={markerPath(style.marker, x + dodge * width, y, radius)}
      fill={isHollow ? "var(--paper)" : style.colour}
      stroke={style.colour}
      strokeWidth={1.4}
    />
  );
}
