import type { Point, Stroke } from "../../engine/strokes";
import { extend, lengthOf } from "./geometry";

/** The part of a PointerEvent that drawing needs. */
export interface Pointer {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly isPrimary: boolean;
  /** 0 is the primary button, a finger's or a pen tip's contact. */
  readonly button: number;
  readonly buttons: number;
  /** In milliseconds. */
  readonly timeStamp: number;
}

/** The stroke being drawn, and the pointer that draws it. */
export interface ActiveStroke {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly stroke: Stroke;
}

export interface PointerState {
  readonly active: ActiveStroke | null;
  /** When a pen last touched the field or hovered over it. */
  readonly penSeenAt: number;
  /** When a touch last left a dot, unless something was drawn since. */
  readonly dotLeftAt: number;
}

export const NO_POINTER: PointerState = {
  active: null,
  penSeenAt: -Infinity,
  dotLeftAt: -Infinity,
};

export interface PointerResult {
  readonly state: PointerState;
  /** A stroke that this event completed. */
  readonly finished?: Stroke;
  /** The last finished stroke was a palm's dot and goes. */
  readonly removesDot?: true;
}

/** Whoever draws with a pen rests a hand on the screen: touches this soon after it are a palm. */
export const PALM_AFTER_PEN_MS = 5_000;
/** The palm often lands before the pen: a dot this soon before it is the palm's. */
export const PALM_BEFORE_PEN_MS = 500;

/**
 * A pointer touches the field. Second fingers, other buttons and palms are ignored. A new primary
 * pointer of the same type means that the end of the former stroke was not reported: that stroke
 * is completed. A pen replaces a touch, which was the palm.
 */
export function press(
  before: PointerState,
  pointer: Pointer,
  at: Point,
  width: number,
): PointerResult {
  const state = notePen(before, pointer);
  const { active } = state;
  const isPen = pointer.pointerType === "pen";
  if (!pointer.isPrimary || pointer.button !== 0 || isPalm(state, pointer)) return { state };
  const replacesPalm = isPen && active?.pointerType === "touch";
  if (active && active.pointerType !== pointer.pointerType && !replacesPalm) return { state };

  const { pointerId, pointerType, timeStamp } = pointer;
  const next = {
    ...state,
    active: { pointerId, pointerType, stroke: { points: [at], width } },
    dotLeftAt: -Infinity,
  };
  if (active && !replacesPalm) return { state: next, finished: active.stroke };
  const removesDot = isPen && timeStamp - state.dotLeftAt < PALM_BEFORE_PEN_MS;
  return removesDot ? { state: next, removesDot } : { state: next };
}

/** A pointer moved or hovers: only the one that began the stroke draws. */
export function move(
  before: PointerState,
  pointer: Pointer,
  through: readonly Point[],
): PointerResult {
  const state = notePen(before, pointer);
  const { active } = state;
  if (active?.pointerId !== pointer.pointerId) return { state };
  // the button was released where no event reached the page, as over another window
  if (pointer.buttons === 0) return { state: { ...state, active: null }, finished: active.stroke };
  const stroke = { ...active.stroke, points: extend(active.stroke.points, through) };
  return { state: { ...state, active: { ...active, stroke } } };
}

/** The pointer left the surface: the stroke is complete. */
export function lift(before: PointerState, pointer: Pointer): PointerResult {
  const state = notePen(before, pointer);
  const { active } = state;
  if (active?.pointerId !== pointer.pointerId) return { state };
  const leftDot = pointer.pointerType === "touch" && isDot(active.stroke);
  return {
    state: { ...state, active: null, dotLeftAt: leftDot ? pointer.timeStamp : -Infinity },
    finished: active.stroke,
  };
}

/**
 * The system took the pointer away. A visible line stays, and Undo removes it; a dot was the start
 * of a system gesture and goes.
 */
export function cancel(before: PointerState, pointer: Pointer): PointerResult {
  const state = notePen(before, pointer);
  const { active } = state;
  if (active?.pointerId !== pointer.pointerId) return { state };
  const next = { ...state, active: null };
  return isDot(active.stroke) ? { state: next } : { state: next, finished: active.stroke };
}

/** Drops the stroke being drawn, as another action takes its place. */
export function drop(state: PointerState): PointerState {
  return { ...state, active: null, dotLeftAt: -Infinity };
}

function notePen(state: PointerState, { pointerType, timeStamp }: Pointer): PointerState {
  return pointerType === "pen" ? { ...state, penSeenAt: timeStamp } : state;
}

function isPalm(state: PointerState, { pointerType, timeStamp }: Pointer): boolean {
  return pointerType === "touch" && timeStamp - state.penSeenAt < PALM_AFTER_PEN_MS;
}

/** Shorter than the brush is wide. */
function isDot(stroke: Stroke): boolean {
  return lengthOf(stroke.points) < stroke.width;
}
