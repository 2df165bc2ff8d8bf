import { inList, listOf } from "./lists";
import { lossOf, type Sweep } from "./sweep";

interface Named {
  readonly name: string;
  readonly title: string;
}

/** A sentence for each direction of the slider: which rung loses the digit first, and where. */
export function breakTexts(
  sweep: Sweep,
  models: readonly Named[],
  digit: number,
): readonly string[] {
  const directions = [
    ["lower", sweep.knob.lower],
    ["higher", sweep.knob.higher],
  ] as const;
  return directions.flatMap(([direction, doing]) =>
    doing === null ? [] : [breakText(sweep, models, digit, direction, doing)],
  );
}

function breakText(
  sweep: Sweep,
  models: readonly Named[],
  digit: number,
  direction: "lower" | "higher",
  doing: string,
): string {
  const { knob, values } = sweep;
  const losses = models.map(({ name, title }) => ({
    title: inList(title),
    loss: lossOf(sweep, sweep.readings.get(name) ?? [], digit, direction),
  }));
  const lost = losses
    .flatMap(({ title, loss }) => (loss.kind === "lost" ? [{ title, ...loss }] : []))
    .sort((a, b) => a.order - b.order);
  const kept = losses.filter(({ loss }) => loss.kind === "kept").map(({ title }) => title);
  const never = losses.filter(({ loss }) => loss.kind === "never read").map(({ title }) => title);
  const end = knob.text((direction === "lower" ? values[0] : values.at(-1)) ?? knob.harmless);
  const readers = losses.length - never.length;

  const parts: string[] = [];
  for (const { title, at } of groups(lost)) {
    const verb = parts.length === 0 ? (title.length > 1 ? " lose it" : " loses it") : "";
    parts.push(`${listOf(title)}${verb} at ${knob.text(at)}`);
  }
  const sentences: string[] = [];
  if (readers > 0 && kept.length === readers) {
    const all = kept.length > 1 && never.length === 0 ? "every rung" : listOf(kept);
    sentences.push(`${doing}, ${all} ${verbOf(all, kept)} it to the end, ${end}.`);
  } else if (parts.length > 0) {
    const rest =
      kept.length > 0 ? `; ${listOf(kept)} ${verbOf("", kept)} it to the end, ${end}` : "";
    sentences.push(`${doing}, ${parts.join(", ")}${rest}.`);
  }
  if (never.length > 0) {
    const who =
      readers === 0 && never.length > 1
        ? "no rung reads"
        : `${listOf(never)} ${never.length > 1 ? "do" : "does"} not read`;
    const at = knob.text(knob.harmless);
    sentences.push(capitalised(`${who} it even at ${at}.`));
  }
  return sentences.join(" ");
}

/** Those that lose it at the same value, together. */
function groups(lost: readonly { readonly title: string; readonly at: number }[]) {
  const found: { at: number; title: string[] }[] = [];
  for (const { title, at } of lost) {
    const last = found.at(-1);
    if (last?.at === at) last.title.push(title);
    else found.push({ at, title: [title] });
  }
  return found;
}

function verbOf(subject: string, who: readonly string[]): string {
  return subject === "every rung" || who.length === 1 ? "keeps" : "keep";
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
