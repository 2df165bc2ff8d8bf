import {
  LEAST_PICTURES,
  holm,
  leastDifference,
  pairedFigures,
  picturesNeeded,
  wilsonInterval,
} from "./paired";
import { expectedCalibrationError, reliabilityCurve, type ReliabilityBin } from "./calibration";
import { pointsText, pText, signed } from "./numberText";

// Every figure, and every sentence, is experiments/evaluation/own_figures.py's: the cases in
// figures.cases.json hold the two equal. Names are those of the JSON that both write.

const SIGNIFICANT = 0.05;
/** Points that a recommended rung may be behind any other, at the far end of the 95 % interval. */
const MARGIN_POINTS = 2;
export const VERDICTS = ["sure", "unsure", "not_a_digit", "several", "blank"] as const;

export type Verdict = (typeof VERDICTS)[number];
export type Interval = [low: number, high: number];

/**
 * What one rung makes of pictures, in their order. A blank picture is one in which nothing is
 * found: it has no digit and no confidence.
 */
export interface RungAnswers {
  readonly name: string;
  readonly version: number;
  readonly multiply_adds: number;
  /** Of the network alone; a blank picture asks none. */
  readonly milliseconds: readonly (number | null)[];
  /** Indices into the classes. */
  readonly digits: readonly (number | null)[];
  readonly confidences: readonly (number | null)[];
  readonly verdicts: readonly Verdict[];
}

/** Of `n` pictures, how many are read rightly, with Wilson's interval at 95 %. */
export interface Counted {
  readonly n: number;
  readonly right: number;
  readonly share: number | null;
  readonly interval: Interval | null;
}

export interface RungFigures {
  readonly name: string;
  readonly version: number;
  readonly accuracy: Counted;
  readonly confusion: readonly (readonly number[])[];
  readonly verdicts: Readonly<Record<Verdict, Counted>>;
  readonly sure_share: number;
  readonly expected_calibration_error: number | null;
  readonly reliability: readonly ReliabilityBin[];
  readonly multiply_adds: number;
  readonly milliseconds: number | null;
}

/** Rung `b` against rung `a`. */
export interface PairFigures {
  readonly a: string;
  readonly b: string;
  readonly both: number;
  /** Only b reads it. */
  readonly fixed: number;
  /** Only a reads it. */
  readonly broken: number;
  readonly neither: number;
  readonly difference: number;
  readonly difference_interval: Interval;
  readonly p_value: number;
  readonly p_adjusted: number;
  readonly evidence: "shown" | "weak" | "none";
  readonly tells: number | null;
  readonly needed: number | null;
  readonly sentence: string;
}

/** What so many pictures can tell at all; shares of them. */
export interface Tells {
  readonly least_pictures: number;
  readonly at_best: number | null;
  readonly least: number | null;
  readonly most: number | null;
  readonly sentence: string;
}

/** Which rung to use for pictures such as these. */
export interface Recommendation {
  readonly best: string;
  readonly cheapest: string;
  readonly rung: string | null;
  readonly safe: string;
  readonly behind: number;
  readonly margin: number;
  readonly sentence: string;
}

export interface Figures {
  readonly n: number;
  readonly classes: readonly string[];
  readonly support: readonly number[];
  readonly blank: number;
  readonly rungs: readonly RungFigures[];
  readonly pairs: readonly PairFigures[];
  readonly tells: Tells;
  readonly recommendation: Recommendation;
}

/** Every figure of rungs, in ladder order, on pictures whose classes are `labels`. */
export function figuresOf(
  classes: readonly string[],
  labels: readonly number[],
  rungs: readonly RungAnswers[],
): Figures {
  const n = labels.length;
  if (n === 0 || rungs.length === 0) {
    throw new Error(`expected pictures and rungs, got ${n} and ${rungs.length}`);
  }
  const pairs = pairsOf(labels, rungs);
  return {
    n,
    classes,
    support: classes.map((_, digit) => labels.filter((label) => label === digit).length),
    blank: rungs[0]?.verdicts.filter((verdict) => verdict === "blank").length ?? 0,
    rungs: rungs.map((rung) => rungFigures(classes.length, labels, rung)),
    pairs,
    tells: tellsOf(n, pairs),
    recommendation: recommend(labels, rungs, pairs),
  };
}

/** Pictures that are one and the same, by their places; the first one is the one that counts. */
export interface Group {
  readonly places: readonly number[];
  readonly is_same_file: boolean;
  /** Without, at least one label is wrong, and none of the pictures counts. */
  readonly has_one_label: boolean;
}

/**
 * The groups of two or more equal pictures: where a model sees the same of them, or, of those of
 * which it sees nothing (null), where the files are the same.
 */
export function repeated(
  labels: readonly number[],
  files: readonly string[],
  fields: readonly (string | null)[],
): Group[] {
  const groups = new Map<string, number[]>();
  fields.forEach((field, place) => {
    const key = field === null ? `file ${files[place] ?? ""}` : `field ${field}`;
    const group = groups.get(key);
    if (group) group.push(place);
    else groups.set(key, [place]);
  });
  const isOne = (group: readonly number[], values: readonly (string | number)[]) =>
    new Set(group.map((place) => values[place])).size === 1;
  return [...groups.values()]
    .filter(({ length }) => length > 1)
    .map((places) => ({
      places,
      is_same_file: isOne(places, files),
      has_one_label: isOne(places, labels),
    }));
}

function counted(right: readonly boolean[]): Counted {
  const n = right.length;
  const count = right.filter(Boolean).length;
  return {
    n,
    right: count,
    share: n > 0 ? count / n : null,
    interval: n > 0 ? wilsonInterval(count, n) : null,
  };
}

function rightOf(labels: readonly number[], { digits }: RungAnswers): boolean[] {
  return labels.map((label, place) => digits[place] === label);
}

function rungFigures(classes: number, labels: readonly number[], rung: RungAnswers): RungFigures {
  const right = rightOf(labels, rung);
  const confusion = Array.from({ length: classes }, () => Array<number>(classes).fill(0));
  labels.forEach((label, place) => {
    const digit = rung.digits[place] ?? null;
    const row = confusion[label];
    if (row && digit !== null) row[digit] = (row[digit] ?? 0) + 1;
  });
  // blank pictures have no confidence
  const answered = rung.confidences.flatMap((confidence, place) =>
    confidence === null ? [] : [{ confidence, isRight: right[place] ?? false }],
  );
  const reliability = reliabilityCurve(answered);
  const ofVerdict = (verdict: Verdict) =>
    counted(right.filter((_, place) => rung.verdicts[place] === verdict));
  const verdicts = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, ofVerdict(verdict)]),
  ) as Record<Verdict, Counted>;
  return {
    name: rung.name,
    version: rung.version,
    accuracy: counted(right),
    confusion,
    verdicts,
    sure_share: verdicts.sure.n / labels.length,
    expected_calibration_error: answered.length > 0 ? expectedCalibrationError(reliability) : null,
    reliability,
    multiply_adds: rung.multiply_adds,
    milliseconds: medianOf(rung.milliseconds),
  };
}

/** Of those that are numbers; null where none is. */
export function medianOf(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
}

function pairsOf(labels: readonly number[], rungs: readonly RungAnswers[]): PairFigures[] {
  const right = rungs.map((rung) => ({ name: rung.name, right: rightOf(labels, rung) }));
  const counts = right.flatMap((a, i) =>
    right.slice(i + 1).map((b) => {
      const of = (inA: boolean, inB: boolean) =>
        labels.filter((_, place) => a.right[place] === inA && b.right[place] === inB).length;
      return {
        a: a.name,
        b: b.name,
        both: of(true, true),
        fixed: of(false, true),
        broken: of(true, false),
        neither: of(false, false),
      };
    }),
  );
  const found = counts.map((pair) => ({ ...pair, ...pairedFigures(pair) }));
  const adjusted = holm(found.map((pair) => pair.p_value));
  return found.map((pair, i) => {
    const p_adjusted = adjusted[i] ?? 1;
    const n = labels.length;
    const disagreement = (pair.fixed + pair.broken) / n;
    const evidence =
      p_adjusted < SIGNIFICANT ? "shown" : pair.p_value < SIGNIFICANT ? "weak" : "none";
    const needed =
      pair.fixed === pair.broken ? null : picturesNeeded(Math.abs(pair.difference), disagreement);
    const told = { ...pair, p_adjusted, evidence, needed } as const;
    return {
      ...told,
      tells: leastDifference(n, disagreement),
      sentence: pairSentence(n, told),
    };
  });
}

function pairSentence(n: number, pair: Omit<PairFigures, "tells" | "sentence">): string {
  const { a, b, fixed: gained, broken: lost } = pair;
  const [low, high] = pair.difference_interval.map((end) => signed(100 * end));
  const interval = `${signed(100 * pair.difference)} points (${low ?? ""} to ${high ?? ""})`;
  const more = gained > lost ? "more" : "fewer";
  const reads =
    gained === lost
      ? `\`${b}\` reads as many of ${pictures(n)} as \`${a}\``
      : `\`${b}\` reads ${whole(Math.abs(gained - lost))} of ${pictures(n)} ${more} than \`${a}\``;
  const sentence = `${reads}: ${interval}, ${pText(pair.p_value)}.`;
  if (pair.evidence === "weak") {
    return `${sentence} Weak evidence: ${pText(pair.p_adjusted)} once adjusted, since several pairs are compared.`;
  }
  if (pair.evidence === "shown") return sentence;
  const wanted =
    pair.needed === null
      ? ""
      : ` About ${whole(pair.needed)} pictures would show one of this size.`;
  return `No difference shown: ${sentence}${wanted}`;
}

function tellsOf(n: number, pairs: readonly PairFigures[]): Tells {
  const at_best = n >= LEAST_PICTURES ? LEAST_PICTURES / n : null;
  const told = pairs.flatMap(({ tells }) => tells ?? []);
  const [least, most] =
    told.length > 0 ? [Math.min(...told), Math.max(...told)] : ([null, null] as const);
  let sentence =
    at_best === null
      ? `${pictures(n)} cannot tell two rungs apart: that takes at least ${LEAST_PICTURES} that one reads and the other does not (exact McNemar test at 5 %).`
      : `${pictures(n)} tell ${pointsText(at_best)} points apart at best, not less: ${LEAST_PICTURES} that one rung reads and the other does not, and none the other way round (exact McNemar test at 5 %).`;
  if (least !== null) {
    const [low, high] = [pointsText(least), pointsText(most)];
    const span = low === high ? low : `${low} to ${high}`;
    sentence += ` To be shown in four such sets out of five, a difference must be of ${span} points, at these rungs' disagreement.`;
  }
  return { least_pictures: LEAST_PICTURES, at_best, least, most, sentence };
}

function recommend(
  labels: readonly number[],
  rungs: readonly RungAnswers[],
  pairs: readonly PairFigures[],
): Recommendation {
  const right = new Map(
    rungs.map((rung) => [rung.name, rightOf(labels, rung).filter(Boolean).length]),
  );
  const rightBy = (name: string) => right.get(name) ?? 0;
  const byCost = rungs
    .toSorted((a, b) => a.multiply_adds - b.multiply_adds)
    .map(({ name }) => name);
  // of equals the highest: as many of a few pictures are no sign that it is no better
  const best = rungs.map(({ name }) => name).reduce((a, b) => (rightBy(b) >= rightBy(a) ? b : a));
  const margin = MARGIN_POINTS / 100;
  const behind = (name: string) =>
    Math.max(
      0,
      ...pairs.filter(({ a }) => a === name).map((pair) => pair.difference_interval[1]),
      ...pairs.filter(({ b }) => b === name).map((pair) => -pair.difference_interval[0]),
    );
  const isWorse = (name: string) =>
    rightBy(name) < rightBy(best) &&
    pairs.some(
      ({ a, b, p_value }) =>
        [a, b].includes(name) && [a, b].includes(best) && p_value < SIGNIFICANT,
    );

  const cheapest = byCost.find((name) => !isWorse(name)) ?? best;
  const rung = behind(cheapest) <= margin ? cheapest : null;
  const safe = byCost.find((name) => !isWorse(name) && behind(name) <= margin) ?? best;
  const far = pointsText(behind(cheapest));
  const most = `${whole(rightBy(best))} of ${whole(labels.length)}`;
  const said = () => {
    if (rungs.length === 1) {
      return `Only \`${best}\` was asked, so there is nothing to choose between.`;
    }
    if (rung === null) {
      const told =
        cheapest === best
          ? `\`${best}\` reads most, ${most}, but another rung may be ${far} points better.`
          : `\`${cheapest}\` is the cheapest rung that is not shown to read fewer than the best, \`${best}\` (${whole(rightBy(cheapest))} and ${most}), but it may be ${far} points behind.`;
      return `These pictures do not tell: ${told} Until there are more pictures, \`${safe}\` is the safer choice.`;
    }
    if (rung !== best) {
      return `Use \`${rung}\`: it is the cheapest rung that is not shown to read fewer than the best, \`${best}\` (${whole(rightBy(rung))} and ${most}), and it is at most ${far} points behind any other (95 %).`;
    }
    return rung === byCost[0]
      ? `Use \`${best}\`: it reads most, ${most}, and no rung is cheaper.`
      : `Use \`${best}\`: it reads most, ${most}, and every cheaper rung is shown to read fewer.`;
  };
  return { best, cheapest, rung, safe, behind: behind(cheapest), margin, sentence: said() };
}

function pictures(n: number): string {
  return n === 1 ? "1 picture" : `${whole(n)} pictures`;
}

function whole(n: number): string {
  return n.toLocaleString("en-US");
}
