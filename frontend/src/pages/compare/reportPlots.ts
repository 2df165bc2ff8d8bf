import { areDigits, classNames, classNoun, noun } from "../../shared/lib/classes";
import type { CalibrationTime, Curves } from "./choice";
import { AS_IS, CLASS_NAME, FOUR_DECIMALS, PERCENT, share } from "../../features/figures/format";
import { tableOf, type Plot, type Series, type StyledModel } from "../../features/figures/plot";
import type { Report } from "../../shared/api/types";
import type { Reported } from "./comparedModels";
import { linearAxis, logAxis, type Axis } from "../../features/figures/scales";

function ys(series: readonly Series[]): number[] {
  return series.flatMap(({ points }) => points.map(({ y }) => y));
}

/** Loss or accuracy by epoch; validation is the first line of a model, training its second. */
export function learningPlot(reported: readonly Reported[], curves: Curves): Plot {
  const series = reported.flatMap(({ model, report }): Series[] => {
    const found = report.learning_curves;
    if (!found) return [];
    const line = (values: readonly number[]) =>
      found.epoch.flatMap((x, i) => {
        const y = values[i];
        return y === undefined ? [] : [{ x, y }];
      });
    const [validation, training] =
      curves === "loss"
        ? [found.validation_loss, found.loss]
        : [found.validation_accuracy, found.accuracy];
    return [
      {
        name: `${model.title}, validation`,
        model,
        isSecond: false,
        points: line(validation),
      },
      {
        name: `${model.title}, training`,
        model,
        isSecond: true,
        points: line(training),
      },
    ];
  });
  const without = reported
    .filter(({ report }) => !report.learning_curves)
    .map(({ model }) => model.title);
  const isLoss = curves === "loss";
  const epochs = series.flatMap(({ points }) => points.map(({ x }) => x));
  const x = linearAxis("Epoch", [0, ...epochs], AS_IS);
  const y = isLoss
    ? logAxis("Loss (log scale)", ys(series), FOUR_DECIMALS)
    : linearAxis("Accuracy", ys(series), PERCENT);
  return {
    name: "learning",
    title: "Learning curves",
    caption: [
      "Solid: validation. Dashed: training. The weights after the last epoch are shipped.",
      ...without.map((title) => `${title} has none: its members are trained separately.`),
    ].join(" "),
    x,
    y,
    series,
    drawing: "lines",
    hasDiagonal: false,
    table: tableOf(x, y, series),
  };
}

/** With fewer digits the accuracy of a bin is mostly chance. */
const WEAK_BELOW = 30;

/** Accuracy by confidence, in bins of confidence. */
export function reliabilityPlot(reported: readonly Reported[], time: CalibrationTime): Plot {
  return binnedPlot(
    "reliability",
    reported.map(({ model, report }) => ({ model, bins: report.calibration[time].reliability })),
  );
}

/** A model's answers by their confidence. */
export interface Binned {
  readonly model: StyledModel;
  readonly bins: readonly Bin[];
}

type Bin = Report["calibration"]["after"]["reliability"][number];

/** Accuracy by confidence. */
export function binnedPlot(name: string, binned: readonly Binned[]): Plot {
  const series = binned.map(({ model, bins }): Series => ({
    name: model.title,
    model,
    isSecond: false,
    points: bins.flatMap(({ confidence: x, accuracy: y, count }) =>
      x === null || y === null ? [] : [{ x, y, isWeak: count < WEAK_BELOW }],
    ),
  }));
  return {
    name,
    title: "Reliability",
    caption: `On the diagonal a rung is right as often as its confidence says. Hollow and off the line: fewer than ${WEAK_BELOW} ${noun(2)}.`,
    x: linearAxis("Confidence", [0, 1], PERCENT),
    y: linearAxis("Accuracy", [0, 1], PERCENT),
    series,
    drawing: "lines",
    hasDiagonal: true,
    table: {
      columns: [
        "Confidence",
        ...binned.flatMap(({ model: { title } }) => [`${title}, accuracy`, `${title}, ${noun(2)}`]),
      ],
      rows: (binned[0]?.bins ?? []).map(({ low, high }, i) => [
        `${PERCENT.tick(low)} to ${PERCENT.tick(high)}`,
        ...binned.flatMap(({ bins }) => {
          const bin = bins[i];
          return [share(bin?.accuracy ?? null), String(bin?.count ?? 0)];
        }),
      ]),
    },
  };
}

/** The corruptions in any of the reports, in their order. */
export function corruptions(reported: readonly Reported[]): { name: string; title: string }[] {
  const found = new Map<string, string>();
  for (const { report } of reported) {
    for (const { name, title } of report.robustness.curves) found.set(name, title);
  }
  return [...found].map(([name, title]) => ({ name, title }));
}

/** Accuracy by the strength of one corruption. */
export function robustnessPlot(reported: readonly Reported[], corruption: string): Plot {
  const curveOf = ({ report }: Reported) =>
    report.robustness.curves.find(({ name }) => name === corruption);
  const series = reported.map((entry): Series => {
    const curve = curveOf(entry);
    return {
      name: entry.model.title,
      model: entry.model,
      isSecond: false,
      points: (curve?.levels ?? []).flatMap((x, i) => {
        const y = curve?.accuracy[i];
        return y === undefined ? [] : [{ x, y }];
      }),
    };
  });
  const known = reported.map(curveOf).find((curve) => curve !== undefined);
  const unit = known?.unit ? ` (${known.unit})` : "";
  const heading = `${known?.title ?? corruption}${unit}`;
  const sample = reported[0]?.report.robustness.n;
  const x = levelsAxis(heading, known?.levels ?? []);
  const y = linearAxis("Accuracy", ys(series), PERCENT);
  return {
    name: "robustness",
    title: "Robustness",
    caption: `Accuracy on ${sample?.toLocaleString("en") ?? "the same"} test ${noun(2)}, each corrupted in one way.`,
    x,
    y,
    series,
    drawing: "lines",
    hasDiagonal: false,
    table: tableOf(x, y, series),
  };
}

/** With a tick at every level, since nothing was measured in between. */
function levelsAxis(label: string, levels: readonly number[]): Axis {
  const ends = linearAxis(label, levels, AS_IS);
  if (levels.length < 2) return ends;
  return { ...ends, ticks: levels, domain: [Math.min(...levels), Math.max(...levels)] };
}

/** F1 of each digit. */
export function f1Plot(reported: readonly Reported[]): Plot {
  const series = reported.map(({ model, report }): Series => ({
    name: model.title,
    model,
    isSecond: false,
    points: report.per_class.map(({ digit, f1 }) => ({ x: digit, y: f1 })),
  }));
  const x: Axis = {
    label: areDigits() ? "Digit" : "Class",
    domain: [-0.5, classNames().length - 0.5],
    ticks: [...classNames().keys()],
    scale: "linear",
    format: CLASS_NAME,
  };
  const y = linearAxis("F1", ys(series), FOUR_DECIMALS);
  return {
    name: "f1",
    title: `F1 of each ${classNoun()}`,
    caption: `Which ${classNoun(2)} a rung finds hard; F1 is the harmonic mean of precision and recall.`,
    x,
    y,
    series,
    drawing: "markers",
    hasDiagonal: false,
    table: tableOf(x, y, series),
  };
}
