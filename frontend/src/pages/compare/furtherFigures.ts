import type { Report } from "../../shared/api/types";
import { interval, NONE, share } from "../../features/figures/format";
import type { FigureTable } from "../../features/figures/plot";
import type { Reported } from "./comparedModels";

const COLUMNS: readonly { readonly title: string; readonly text: (report: Report) => string }[] = [
  { title: "Validation accuracy", text: ({ validation }) => share(validation.accuracy) },
  { title: "Weighted F1", text: ({ weighted_f1 }) => weighted_f1.toFixed(4) },
  { title: "Right or next", text: ({ top2_accuracy }) => share(top2_accuracy) },
  { title: "Temperature", text: ({ calibration }) => calibration.after.temperature.toFixed(3) },
  { title: "NLL", text: scaled((calibration) => calibration.negative_log_likelihood.toFixed(4)) },
  { title: "Brier score", text: scaled((calibration) => calibration.brier_score.toFixed(4)) },
  { title: "ECE", text: scaled((calibration) => share(calibration.expected_calibration_error)) },
  {
    title: "Canvas, 95% interval",
    text: ({ penstrokes }) => (penstrokes ? interval(penstrokes.accuracy_interval) : NONE),
  },
  { title: "Median writer", text: ({ penstrokes }) => share(penstrokes?.writer_median ?? null) },
  {
    title: "Worst tenth of writers",
    text: ({ penstrokes }) => share(penstrokes?.writer_worst_tenth ?? null),
  },
  {
    title: "Sure, on canvas",
    text: ({ penstrokes }) => share(penstrokes?.sure.coverage ?? null),
  },
  { title: "And right", text: ({ penstrokes }) => share(penstrokes?.sure.precision ?? null) },
];

/** What the main table has no room for, one row a rung. */
export function furtherTable(reported: readonly Reported[]): FigureTable {
  return {
    columns: ["Rung", ...COLUMNS.map(({ title }) => title)],
    rows: reported.map(({ model, report }) => [
      model.title,
      ...COLUMNS.map(({ text }) => text(report)),
    ]),
  };
}

/** Whose drawings the canvas figures are from; null where no rung was measured on them. */
export function canvasText(reported: readonly Reported[]): string | null {
  const measured = reported.find(({ report }) => report.penstrokes)?.report.penstrokes;
  if (!measured) return null;
  const { n, writers } = measured;
  return `Canvas: ${n.toLocaleString("en")} digits by ${writers.toLocaleString("en")} writers, recorded as pen strokes and drawn as this page draws; nine writers in ten are read at least as well as the worst tenth says. The interval takes drawings as independent; those of one writer are alike, so it is too narrow.`;
}

type Calibration = Report["calibration"]["before"];

/** A figure before and after temperature scaling, with no-break spaces. */
function scaled(text: (calibration: Calibration) => string): (report: Report) => string {
  return ({ calibration }) => `${text(calibration.before)}\u00a0→\u00a0${text(calibration.after)}`;
}
