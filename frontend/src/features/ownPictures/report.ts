import type { Prediction } from "../../shared/api/types";
import type { Field } from "../../engine/preprocessing";
import {
  figuresOf,
  medianOf,
  repeated,
  type Figures,
  type RungAnswers,
  type Verdict,
} from "./figures";
import type { SeenPicture } from "./messages";
import type { LeftOut } from "./zipFiles";

// The document is the one that `python -m experiments evaluate --pictures … --json` prints:
// experiments/evaluation/own_pictures.py.

const WRITERS =
  "Nothing here says who wrote what: pictures by one writer are alike, so they count for less " +
  "than as many by different writers, and for other hands the intervals are too narrow.";

export interface Repeated {
  readonly names: readonly string[];
  readonly labels: readonly string[];
  readonly is_same_file: boolean;
}

export interface Answer {
  readonly rung: string;
  readonly read: string | null;
  readonly confidence: number | null;
  readonly verdict: Verdict;
}

export interface AnsweredPicture {
  readonly name: string;
  readonly label: string;
  readonly counts: boolean;
  readonly digit_likeness: number | null;
  readonly answers: readonly Answer[];
}

export interface OwnPictures {
  readonly format: 1;
  readonly source: string;
  readonly gate: number | null;
  readonly given: number;
  readonly left_out: readonly LeftOut[];
  readonly hidden: number;
  readonly repeated: readonly Repeated[];
  /** The data that the rungs come from is not here to compare with. */
  readonly of_training: null;
  readonly reading_ms: number;
  readonly writers: string;
  readonly figures: Figures;
  readonly pictures: readonly AnsweredPicture[];
}

/** A rung as it is asked. */
export interface AskedRung {
  readonly name: string;
  readonly version: number;
  readonly multiply_adds: number;
}

/** A picture with every rung's answer in their order; a blank one has none. */
export interface ReadPicture extends SeenPicture {
  readonly answers: readonly TimedPrediction[];
}

export interface TimedPrediction {
  readonly prediction: Pick<Prediction, "digit" | "confidence" | "verdict" | "found">;
  readonly milliseconds: number;
}

/** What was read of an archive, and from where. */
export interface Reading {
  readonly source: string;
  readonly gate: number | null;
  /** The names of what can be read. */
  readonly classes: readonly string[];
  readonly rungs: readonly AskedRung[];
  readonly pictures: readonly ReadPicture[];
  readonly leftOut: readonly LeftOut[];
  readonly hidden: number;
}

/** The whole report. Throws an error with a sentence where no picture counts. */
export function reportOf({ pictures, rungs, leftOut, classes, ...reading }: Reading): OwnPictures {
  const [first] = leftOut;
  if (pictures.length === 0) {
    throw new Error(
      first
        ? `expected labelled pictures, got ${leftOut.length} files or lines that are left out; ${first.name}: ${first.reason}`
        : "expected labelled pictures, found none",
    );
  }
  const groups = repeated(
    pictures.map(({ label }) => label),
    pictures.map(({ file }) => file),
    pictures.map(({ field }) => field && keyOf(field)),
  );
  const doubtful = new Set(
    groups.flatMap(({ places, has_one_label }) => places.slice(has_one_label ? 1 : 0)),
  );
  const counting = pictures.filter((_, place) => !doubtful.has(place));
  if (counting.length === 0) {
    throw new Error("expected pictures with one label each, got others only");
  }
  const classOf = (label: number) => classes[label] ?? "";
  return {
    format: 1,
    source: reading.source,
    gate: reading.gate,
    given: pictures.length + leftOut.length,
    left_out: leftOut,
    hidden: reading.hidden,
    repeated: groups.map(({ places, is_same_file }) => ({
      names: places.map((place) => pictures[place]?.name ?? ""),
      labels: places.map((place) => classOf(pictures[place]?.label ?? 0)),
      is_same_file,
    })),
    of_training: null,
    reading_ms: medianOf(pictures.map(({ milliseconds }) => milliseconds)) ?? 0,
    writers: WRITERS,
    figures: figuresOf(
      classes,
      counting.map(({ label }) => label),
      rungs.map((rung, place) => answersOf(rung, place, counting)),
    ),
    pictures: pictures.map(({ name, label, answers }, place) => ({
      name,
      label: classOf(label),
      counts: !doubtful.has(place),
      digit_likeness:
        reading.gate === null ? null : (answers[0]?.prediction.found.digit_likeness ?? null),
      answers: rungs.map((rung, i) => {
        const answer = answers[i]?.prediction;
        return {
          rung: rung.name,
          read: answer ? classOf(answer.digit) : null,
          confidence: answer ? Math.min(1, answer.confidence) : null,
          verdict: answer?.verdict ?? "blank",
        };
      }),
    })),
  };
}

/** Equal for equal fields. */
export function keyOf(field: Field): string {
  return String.fromCharCode(...field);
}

function answersOf(rung: AskedRung, i: number, pictures: readonly ReadPicture[]): RungAnswers {
  const all = pictures.map(({ answers }) => answers[i] ?? null);
  return {
    ...rung,
    milliseconds: all.map((each) => each?.milliseconds ?? null),
    digits: all.map((each) => each?.prediction.digit ?? null),
    // a sum of parts may end a hair above 1
    confidences: all.map((each) => each && Math.min(1, each.prediction.confidence)),
    verdicts: all.map((each) => each?.prediction.verdict ?? "blank"),
  };
}
