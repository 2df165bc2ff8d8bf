import { inList, listOf } from "./lists";
import { lossOf, type Sweep } from "./sweep";

interface Named {
  readonly name: string;
  readonly title: string;
}

/**
 * A sentence for each direction of the slider: which rung loses the digit first, and where. Then
 * one of the rungs that do not read it to begin with.
 */
export function breakTexts(
  sweep: Sweep,
  models: readonly Named[],
  digit: number,
): readonly string[] {
  const { knob, readings } = sweep;
  const start = sweep.values.indexOf(knob.harmless);
  const isReader = ({ name }: Named) => readings.get(name)?.[start] === digit;
  const readers = models.filter(isReader);
  const others = models.filter((model) => !isReader(model)).map(({ title }) => inList(title));
  const at = knob.text(knob.harmless);
  if (readers.length === 0) return [`No rung reads it even at ${at}.`];
  const texts = (["lower", "higher"] as const).flatMap((direction) =>
    knob[direction] === null
      ? []
      : [breakText(sweep, readers, digit, direction, others.length === 0)],
  );
  if (others.length === 0) return texts;
  return [...texts, `${listOf(others)} ${others.length > 1 ? "do" : "does"} not read it even at ${at}.`]; // prettier-ignore
}

function breakText(
  sweep: Sweep,
  readers: readonly Named[],
  digit: number,
  direction: "lower" | "higher",
  isEverybody: boolean,
): string {
  const { knob, values } = sweep;
  const losses = readers.map(({ name, title }) => ({
    title: inList(title),
    loss: lossOf(sweep, sweep.readings.get(name) ?? [], digit, direction),
  }));
  const lost = losses
    .flatMap(({ title, loss }) => (loss ? [{ title, ...loss }] : []))
    .sort((a, b) => a.order - b.order);
  const kept = losses.filter(({ loss }) => loss === null).map(({ title }) => title);
  const end = knob.text((direction === "lower" ? values[0] : values.at(-1)) ?? knob.harmless);
  const doing = knob[direction] ?? "";
  if (lost.length === 0) {
    const who = isEverybody ? "every rung" : listOf(kept);
    const keep = kept.length > 1 && !isEverybody ? "keep" : "keeps";
    return `${doing}, ${who} ${keep} it to the end, ${end}.`;
  }
  const parts = groups(lost).map(({ titles, at }, i) => {
    const verb = titles.length > 1 ? " lose it" : " loses it";
    return `${listOf(titles)}${i === 0 ? verb : ""} at ${knob.text(at)}`;
  });
  const keep = kept.length > 1 ? "keep" : "keeps";
  const rest = kept.length > 0 ? `; ${listOf(kept)} ${keep} it to the end, ${end}` : "";
  return `${doing}, ${parts.join(", ")}${rest}.`;
}

/** Those that lose it at the same value, together. */
function groups(lost: readonly { readonly title: string; readonly at: number }[]) {
  const found: { at: number; titles: string[] }[] = [];
  for (const { title, at } of lost) {
    const last = found.at(-1);
    if (last?.at === at) last.titles.push(title);
    else found.push({ at, titles: [title] });
  }
  return found;
}
