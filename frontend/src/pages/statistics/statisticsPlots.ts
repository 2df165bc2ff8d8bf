import { areDigits, classNames, classNoun } from "../../shared/lib/classes";
import type { Marker } from "../../features/figures/modelStyle";
import { CLASS_NAME, COUNT, count, PERCENT, share } from "../../features/figures/format";
import { tableOf, type Plot, type Series, type StyledModel } from "../../features/figures/plot";
import { linearAxis, type Axis } from "../../features/figures/scales";
import type { Day, DigitFigures, DriftDay, ModelFigures } from "./statistics";

const DAY_MS = 86_400_000;
/** On fewer labelled drawings a share is mostly chance: its point is drawn hollow. */
export const WEAK_BELOW = 30;
const MOST_TICKS = 6;
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** "28 Nov" for a day as the service writes it. */
export function dayText(day: string): string {
  const time = new Date(day);
  return Number.isNaN(time.getTime()) ? day : DAY.format(time);
}

function dayNumber(day: string): number {
  return Math.floor(Date.parse(day) / DAY_MS);
}

function dayOf(number: number): string {
  return DAY.format(number * DAY_MS);
}

/** Days in UTC, with a tick at the last one and at most five before it. */
export function dayAxis(days: readonly { readonly day: string }[]): Axis {
  const numbers = days.map(({ day }) => dayNumber(day));
  const first = Math.min(...numbers);
  const last = Math.max(...numbers);
  const step = Math.max(1, Math.ceil((last - first) / (MOST_TICKS - 1)));
  const ticks = [];
  for (let tick = last; tick >= first; tick -= step) ticks.unshift(tick);
  return {
    label: "Day (UTC)",
    // a single day stands in the middle
    domain: first === last ? [first - 1, last + 1] : [first, last],
    ticks,
    scale: "linear",
    format: { tick: dayOf, value: dayOf },
  };
}

/** A line that is no model's. */
function line(
  name: string,
  title: string,
  colour: string,
  marker: Marker,
  points: Series["points"],
): Series {
  const model: StyledModel = { name, title, style: { colour, marker } };
  return { name: title, model, isSecond: false, points };
}

/** How much was drawn and labelled on each day. */
export function daysPlot(days: readonly Day[]): Plot {
  const byDay = (of: (day: Day) => number) =>
    days.map((day) => ({ x: dayNumber(day.day), y: of(day) }));
  const series = [
    line(
      "drawings",
      "Drawings",
      "var(--model-2)",
      "circle",
      byDay((day) => day.drawings),
    ),
    line(
      "labelled",
      "Labelled",
      "var(--model-1)",
      "square",
      byDay((day) => day.labelled),
    ),
    line(
      "predictions",
      "Predictions of all rungs",
      "var(--model-3)",
      "triangle",
      byDay((day) => day.models.reduce((sum, { answers }) => sum + answers, 0)),
    ),
  ];
  const x = dayAxis(days);
  const y = linearAxis("Count", [0, ...ys(series)], COUNT);
  return {
    name: "days",
    title: "Drawings and predictions",
    caption:
      "How much was drawn on each day, how much of it has a label, and how often rungs answered.",
    x,
    y,
    series,
    drawing: "lines",
    hasDiagonal: false,
    table: tableOf(x, y, series),
  };
}

/** The share of the labelled drawings that each model read right, by day. */
export function accuracyPlot(days: readonly Day[], models: readonly StyledModel[]): Plot {
  const series = models.map((model): Series => ({
    name: model.title,
    model,
    isSecond: false,
    points: days.flatMap(({ day, models: figures }) => {
      const found = figures.find((row) => row.model === model.name);
      if (!found || found.labelled === 0) return [];
      const y = found.right / found.labelled;
      return [{ x: dayNumber(day), y, isWeak: found.labelled < WEAK_BELOW }];
    }),
  }));
  const x = dayAxis(days);
  const y = linearAxis("Accuracy", ys(series), PERCENT);
  return {
    name: "accuracy",
    title: "Accuracy by day",
    caption: `The share of each day’s labelled drawings that a rung read right. Hollow and off the line: fewer than ${WEAK_BELOW} of them.`,
    x,
    y,
    series: series.filter(({ points }) => points.length > 0),
    drawing: "lines",
    hasDiagonal: false,
    table: tableOf(x, y, series),
  };
}

/** Accuracy by confidence. */
export function calibrationPlot(
  figures: readonly ModelFigures[],
  models: readonly StyledModel[],
): Plot {
  const series = models.map((model): Series => ({
    name: model.title,
    model,
    isSecond: false,
    points: binsOf(figures, model.name).flatMap(({ confidence: x, accuracy: y, count }) =>
      x === null || y === null ? [] : [{ x, y, isWeak: count < WEAK_BELOW }],
    ),
  }));
  const bins =
    models.map(({ name }) => binsOf(figures, name)).find(({ length }) => length > 0) ?? [];
  return {
    name: "calibration",
    title: "Calibration",
    caption: `On the diagonal a rung is right as often as its confidence says. Hollow and off the line: fewer than ${WEAK_BELOW} drawings.`,
    x: linearAxis("Confidence", [0, 1], PERCENT),
    y: linearAxis("Accuracy", [0, 1], PERCENT),
    series: series.filter(({ points }) => points.length > 0),
    drawing: "lines",
    hasDiagonal: true,
    table: {
      columns: [
        "Confidence",
        ...models.flatMap(({ title }) => [`${title}, accuracy`, `${title}, drawings`]),
      ],
      rows: bins.map(({ low, high }, i) => [
        `${PERCENT.tick(low)} to ${PERCENT.tick(high)}`,
        ...models.flatMap(({ name }) => {
          const bin = binsOf(figures, name)[i];
          return [share(bin?.accuracy ?? null), String(bin?.count ?? 0)];
        }),
      ]),
    },
  };
}

/** Accuracy on the drawings of each digit. */
export function digitsPlot(digits: readonly DigitFigures[], models: readonly StyledModel[]): Plot {
  const series = models.map((model): Series => ({
    name: model.title,
    model,
    isSecond: false,
    points: digits.flatMap(({ model: name, digit, labelled, right }) =>
      name === model.name && labelled > 0
        ? [{ x: digit, y: right / labelled, isWeak: labelled < WEAK_BELOW }]
        : [],
    ),
  }));
  const x: Axis = {
    label: areDigits() ? "Digit read" : "Class read",
    domain: [-0.5, classNames().length - 0.5],
    ticks: [...classNames().keys()],
    scale: "linear",
    format: CLASS_NAME,
  };
  const y = linearAxis("Accuracy", ys(series), PERCENT);
  return {
    name: "digits",
    title: `Accuracy by ${classNoun()}`,
    caption: `How often a rung was right when it read a ${classNoun()}. Hollow: fewer than ${WEAK_BELOW} labelled drawings.`,
    x,
    y,
    series: series.filter(({ points }) => points.length > 0),
    drawing: "markers",
    hasDiagonal: false,
    table: tableOf(x, y, series),
  };
}

/** Whether the drawings change: what one model's answers to them look like, day by day. */
export function driftPlot(drift: readonly DriftDay[], title: string | null): Plot {
  const of = (value: (day: DriftDay) => number) =>
    drift.map((day) => ({ x: dayNumber(day.day), y: value(day) }));
  const series = [
    line(
      "confidence",
      "Mean confidence",
      "var(--model-2)",
      "circle",
      of((day) => day.mean_confidence),
    ),
    line(
      "unsure",
      "Share of unsure",
      "var(--model-1)",
      "triangle",
      of((day) => day.unsure),
    ),
    line(
      "not-a-digit",
      areDigits() ? "Share of no digit" : "Share of none of these",
      "var(--model-3)",
      "square",
      of((day) => day.not_a_digit),
    ),
  ];
  const x = dayAxis(drift);
  const y = linearAxis("Share", [0, 1], PERCENT);
  return {
    name: "drift",
    title: "Drift",
    caption: `Figures that need no label${title === null ? "" : `, of ${title}`}. When one of them moves, what people draw has changed, or the rung has.`,
    x,
    y,
    series,
    drawing: "lines",
    hasDiagonal: false,
    table: tableOf(x, y, series),
  };
}

/** A model's figures over all of its versions. */
export function figuresOf(figures: readonly ModelFigures[], model: string): ModelFigures | null {
  const rows = figures.filter((row) => row.model === model);
  return rows.find(({ version }) => version === null) ?? rows.at(-1) ?? null;
}

function binsOf(figures: readonly ModelFigures[], model: string) {
  return figuresOf(figures, model)?.calibration ?? [];
}

/**
 * "Of 98.12% it was right 96.4%" for the confidence that the model gave most often, with the number
 * of labelled drawings behind it; null without any.
 */
export function calibrationText({ calibration }: ModelFigures): string | null {
  const filled = calibration.filter(({ count }) => count > 0);
  const fullest = filled.sort((one, other) => other.count - one.count)[0];
  if (fullest?.confidence == null || fullest.accuracy === null) return null;
  const drawings = fullest.count === 1 ? "1 drawing" : `${count(fullest.count)} drawings`;
  return `Of ${PERCENT.tick(fullest.confidence)} it was right ${PERCENT.tick(fullest.accuracy)}, on ${drawings}.`;
}

function ys(series: readonly Series[]): number[] {
  return series.flatMap(({ points }) => points.map(({ y }) => y));
}
