import type { Nudge } from "./nudge";

export type KnobName = Exclude<keyof Nudge, "isCentred" | "eraseX" | "eraseY">;

/** One number of a nudge, with the ends that the robustness curves have. */
export interface Knob {
  readonly name: KnobName;
  readonly title: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly harmless: number;
  /** What goes on towards the low and the high end; null where there is no such end. */
  readonly lower: string | null;
  readonly higher: string;
  /** A value in words, in whichever direction. */
  readonly text: (value: number) => string;
  /** A value with its direction, as it stands beside the slider. */
  readonly signedText: (value: number) => string;
  /** The robustness curve of the same change, and its level; null where none was measured. */
  readonly curve: { readonly name: string; readonly level: (nudge: Nudge) => number } | null;
}

const size = (unit: string) => (value: number) => `${Math.abs(value)}${unit}`;

/** "22.5° to the right" */
function directed(unit: string, low: string, high: string) {
  return (value: number) =>
    value === 0 ? `0${unit}` : `${Math.abs(value)}${unit} ${value < 0 ? low : high}`;
}

// a digit of the curve moves to one of eight sides; diagonally, by so many pixels both ways
const shiftCurve = {
  name: "shift",
  level: ({ shiftX, shiftY }: Nudge) => Math.max(Math.abs(shiftX), Math.abs(shiftY)),
};

export const KNOBS: readonly Knob[] = [
  {
    name: "turn",
    title: "Turn",
    min: -45,
    max: 45,
    step: 2.5,
    harmless: 0,
    lower: "Turning to the left",
    higher: "Turning to the right",
    text: size("°"),
    signedText: directed("°", "to the left", "to the right"),
    // counter-clockwise there
    curve: { name: "rotation", level: ({ turn }) => 0 - turn },
  },
  {
    name: "shiftX",
    title: "Shift across",
    min: -6,
    max: 6,
    step: 1,
    harmless: 0,
    lower: "Shifting to the left",
    higher: "Shifting to the right",
    text: size(" px"),
    signedText: directed(" px", "to the left", "to the right"),
    curve: shiftCurve,
  },
  {
    name: "shiftY",
    title: "Shift down",
    min: -6,
    max: 6,
    step: 1,
    harmless: 0,
    lower: "Shifting up",
    higher: "Shifting down",
    text: size(" px"),
    signedText: directed(" px", "up", "down"),
    curve: shiftCurve,
  },
  {
    name: "scale",
    title: "Scale",
    min: 0.5,
    max: 1.4,
    step: 0.05,
    harmless: 1,
    lower: "Making it smaller",
    higher: "Making it larger",
    text: (value) => `×${value}`,
    signedText: (value) => `×${value}`,
    curve: { name: "scale", level: ({ scale }) => scale },
  },
  {
    name: "slant",
    title: "Slant",
    min: -45,
    max: 45,
    step: 2.5,
    harmless: 0,
    lower: "Slanting to the left",
    higher: "Slanting to the right",
    text: size("°"),
    signedText: directed("°", "to the left", "to the right"),
    curve: null,
  },
  {
    name: "width",
    title: "Thickness",
    min: -2,
    max: 3,
    step: 1,
    harmless: 0,
    lower: "Thinning the strokes",
    higher: "Thickening the strokes",
    text: size(" px"),
    signedText: directed(" px", "thinner", "thicker"),
    curve: { name: "stroke_width", level: ({ width }) => width },
  },
  {
    name: "noise",
    title: "Noise",
    min: 0,
    max: 120,
    step: 5,
    harmless: 0,
    lower: null,
    higher: "Adding noise",
    text: size(" grey levels"),
    signedText: size(" grey levels"),
    curve: { name: "noise", level: ({ noise }) => noise },
  },
  {
    name: "erase",
    title: "Erase",
    min: 0,
    max: 14,
    step: 1,
    harmless: 0,
    lower: null,
    higher: "Erasing a square",
    text: size(" px"),
    signedText: (value) => `${value} × ${value} px`,
    curve: { name: "occlusion", level: ({ erase }) => erase },
  },
];

/** Whether nothing but what this knob's curve was measured with is changed. */
export function isAlone(knob: Knob, nudge: Nudge): boolean {
  const others = KNOBS.filter(({ curve }) => curve === null || curve !== knob.curve);
  return (
    !nudge.isCentred &&
    others.every(({ name, harmless }) => name === knob.name || nudge[name] === harmless)
  );
}

/** Every value that the slider can have, from the low end. */
export function valuesOf({ min, max, step }: Knob): readonly number[] {
  const count = Math.round((max - min) / step) + 1;
  return Array.from({ length: count }, (_, i) => toStep(min + i * step));
}

/** The nearest value that the slider can have. */
export function snap({ min, max, step }: Knob, value: number): number {
  return toStep(Math.min(max, Math.max(min, min + Math.round((value - min) / step) * step)));
}

/** Without the rest that binary fractions leave: 0.7, not 0.7000000000000001. */
function toStep(value: number): number {
  return Number(value.toFixed(3));
}

export function knobOf(name: KnobName): Knob {
  const knob = KNOBS.find((each) => each.name === name);
  if (!knob) throw new Error(`expected a knob, got ${name}`);
  return knob;
}
