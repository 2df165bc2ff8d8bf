import { KNOBS, knobOf, snap, type KnobName } from "./knobs";
import { UNTOUCHED, type Nudge } from "./nudge";

/** What a link to the page keeps of it, apart from the drawing. */
export interface NudgeState {
  readonly nudge: Nudge;
  /** The slider whose values the strips go through. */
  readonly chosen: KnobName;
  /** What the visitor says that the drawing is; null where the top rung is believed. */
  readonly digit: number | null;
}

export const UNTOUCHED_STATE: NudgeState = { nudge: UNTOUCHED, chosen: "turn", digit: null };

/** Names in links: short, and they stay when the code's change. */
const LINK_NAMES: Readonly<Record<KnobName, string>> = {
  slant: "slant",
  turn: "turn",
  scale: "scale",
  shiftX: "x",
  shiftY: "y",
  width: "width",
  erase: "erase",
  noise: "noise",
};
const PARTS = /^([a-z]+)(-?\d+(?:\.\d+)?)?(?:at(\d+)-(\d+))?$/;

/** Such as "turn22.5,erase6at10-14,centred,by-noise,is7": only what is not as it always is. */
export function writeNudge({ nudge, chosen, digit }: NudgeState): string | null {
  const parts: string[] = [];
  for (const { name, harmless } of KNOBS) {
    if (nudge[name] === harmless) continue;
    const at = name === "erase" ? `at${nudge.eraseX}-${nudge.eraseY}` : "";
    parts.push(`${LINK_NAMES[name]}${nudge[name]}${at}`);
  }
  if (nudge.isCentred) parts.push("centred");
  if (chosen !== UNTOUCHED_STATE.chosen) parts.push(`by-${LINK_NAMES[chosen]}`);
  if (digit !== null) parts.push(`is${digit}`);
  return parts.length === 0 ? null : parts.join(",");
}

/** What a link says; what it does not say, or says of no knob, is as it always is. */
export function readNudge(text: string | null): NudgeState {
  let { nudge, chosen, digit } = UNTOUCHED_STATE;
  const named = (name: string | undefined) =>
    KNOBS.find((knob) => LINK_NAMES[knob.name] === name)?.name;
  for (const part of text?.split(",") ?? []) {
    const sweep = part.startsWith("by-") ? named(part.slice(3)) : undefined;
    if (sweep) chosen = sweep;
    const [, name, value, x, y] = PARTS.exec(part) ?? [];
    if (name === "centred") nudge = { ...nudge, isCentred: true };
    if (value === undefined) continue;
    if (name === "is" && /^\d{1,4}$/.test(value)) digit = Number(value);
    const knob = named(name);
    if (knob) nudge = { ...nudge, [knob]: snap(knobOf(knob), Number(value)) };
    if (knob === "erase" && x !== undefined && y !== undefined) {
      nudge = { ...nudge, eraseX: Math.min(27, Number(x)), eraseY: Math.min(27, Number(y)) };
    }
  }
  return { nudge, chosen, digit };
}
