import { extend, lengthOf, type Point, type Stroke } from "./geometry";

/** What the pen needs to know of a PointerEvent. */
export interface Pointer {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly isPrimary: boolean;
  /** 0 is the primary button, a finger's or a pen tip's contact. */
  readonly button: number;
  readonly buttons: number;
}

/** The stroke under way, or null while nothing touches the field. */
export type Pen = {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly stroke: Stroke;
} | null;

export interface PenResult {
  readonly pen: Pen;
  /** A stroke that this event completed. */
  readonly finished?: Stroke;
}

/**
 * A pointer touches the field. Second fingers and other buttons are ignored. A new primary pointer
 * of the same kind means that the end of the former one went unreported: that stroke is completed.
 * A pen outranks a finger: what touched before it was the ball of the hand.
 */
export function press(pen: Pen, pointer: Pointer, at: Point, width: number): PenResult {
  if (!pointer.isPrimary || pointer.button !== 0) return { pen };
  const isOther = pen !== null && pen.pointerType !== pointer.pointerType;
  const isHandBeforePen = pen?.pointerType === "touch" && pointer.pointerType === "pen";
  if (isOther && !isHandBeforePen) return { pen };
  const next: Pen = {
    pointerId: pointer.pointerId,
    pointerType: pointer.pointerType,
    stroke: { points: [at], width },
  };
  return pen && !isHandBeforePen ? { pen: next, finished: pen.stroke } : { pen: next };
}

/** A pointer moved: only the one that began the stroke draws. */
export function move(pen: Pen, pointer: Pointer, through: readonly Point[]): PenResult {
  if (pen?.pointerId !== pointer.pointerId) return { pen };
  // the button was let go where no event reached the page, as over another window
  if (pointer.buttons === 0) return { pen: null, finished: pen.stroke };
  return {
    pen: { ...pen, stroke: { ...pen.stroke, points: extend(pen.stroke.points, through) } },
  };
}

/** The pointer left the field's surface: the stroke is complete. */
export function lift(pen: Pen, pointer: Pointer): PenResult {
  if (pen?.pointerId !== pointer.pointerId) return { pen };
  return { pen: null, finished: pen.stroke };
}

/**
 * The system took the pointer away. Ink that a person has watched appear stays, and Undo removes
 * it; a mere touch, shorter than the pen is wide, was the start of a system gesture and goes.
 */
export function cancel(pen: Pen, pointer: Pointer): PenResult {
  if (pen?.pointerId !== pointer.pointerId) return { pen };
  if (lengthOf(pen.stroke.points) < pen.stroke.width) return { pen: null };
  return { pen: null, finished: pen.stroke };
}
