import { useCallback, useEffect, useId, useRef, type PointerEvent } from "react";
import { subscribeToColours } from "../../shared/theme/theme";
import type { Point } from "../../engine/strokes";
import { toUnit } from "./geometry";
import type { Drawing } from "./history";
import { OpeningSign } from "./OpeningSign";
import { drawField } from "./render";
import { placeOf, type PenCell } from "./keyboardPen";
import type { DrawingState } from "./useDrawing";
import { useKeyboardPen } from "./useKeyboardPen";

function describe(drawing: Drawing): string {
  if (drawing.picture) return `Drawing field, showing the picture ${drawing.picture.name}`;
  const count = drawing.strokes.length;
  if (count === 0) return "Drawing field, empty";
  return `Drawing field with ${count} ${count === 1 ? "stroke" : "strokes"}`;
}

/** The square that is drawn on. Its canvas only shows the strokes, which are kept as vectors. */
export function DrawingField({ drawingState }: { drawingState: DrawingState }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef(0);
  const { drawing, activeStroke, isDrawing } = drawingState;
  const pen = useKeyboardPen(drawingState);
  const hint = useId();

  const redraw = useCallback(() => {
    const field = canvas.current;
    const context = field?.getContext("2d");
    if (!field || !context) return;
    const side = Math.max(1, Math.round(field.clientWidth * window.devicePixelRatio));
    if (field.width !== side) {
      field.width = side;
      field.height = side;
    }
    drawField(context, drawing, activeStroke(), side, getComputedStyle(field).color);
  }, [drawing, activeStroke]);

  const redrawSoon = () => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(redraw);
  };

  useEffect(redraw, [redraw, isDrawing]);
  useEffect(() => subscribeToColours(redraw), [redraw]);

  useEffect(() => {
    const field = canvas.current;
    if (!field) return;
    const size = new ResizeObserver(redraw);
    size.observe(field);
    const pixels = new ResizeObserver(redraw);
    try {
      pixels.observe(field, { box: "device-pixel-content-box" });
    } catch {
      // Safari does not know this box; there the media query below tells of a new ratio
    }

    // a window dragged to another screen may change the ratio and not the size
    let ratio: MediaQueryList | null = null;
    const watchRatio = () => {
      ratio?.removeEventListener("change", watchRatio);
      ratio = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
      ratio.addEventListener("change", watchRatio);
      redraw();
    };
    watchRatio();

    return () => {
      size.disconnect();
      pixels.disconnect();
      ratio?.removeEventListener("change", watchRatio);
    };
  }, [redraw]);

  const place = (event: { clientX: number; clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return toUnit({ x: event.clientX, y: event.clientY }, box);
  };

  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    pen.leave(event.timeStamp);
    drawingState.press(event, place(event));
    if (activeStroke() === null) return;
    // a captured pointer goes on drawing outside the field
    if (event.isPrimary) event.currentTarget.setPointerCapture(event.pointerId);
    redrawSoon();
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const isHoveringPen = event.pointerType === "pen";
    if (activeStroke() === null && !isHoveringPen) return;
    // Safari before 18.2 does not report the points between two frames
    const { nativeEvent: native } = event;
    const coalesced = "getCoalescedEvents" in native ? native.getCoalescedEvents() : [];
    drawingState.move(event, (coalesced.length > 0 ? coalesced : [event]).map(place));
    redrawSoon();
  };

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- screen readers leave the arrow keys to an application
    <div
      role="application"
      aria-label="Draw with the keyboard"
      aria-describedby={hint}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- an application takes keys
      tabIndex={0}
      className="group relative rounded-3xl focus-visible:-outline-offset-3"
      onFocus={pen.onFocus}
      onBlur={pen.onBlur}
      onKeyDown={(event) => {
        pen.onKeyDown(event);
        redrawSoon();
      }}
    >
      <div role="img" aria-label={describe(drawing)} aria-busy={drawingState.opening !== null}>
        <canvas
          ref={canvas}
          data-testid="field"
          className="block aspect-square w-full cursor-crosshair rounded-[1.4375rem] touch-none text-ink select-none"
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={drawingState.lift}
          onPointerCancel={drawingState.cancel}
          onLostPointerCapture={drawingState.lift}
          onContextMenu={(event) => {
            event.preventDefault(); // a long press draws
          }}
        />
      </div>
      <OpeningSign drawingState={drawingState} />
      {pen.cell && <PenCursor cell={pen.cell} isDown={isDrawing} />}
      <p
        id={hint}
        className={`pointer-events-none absolute inset-x-0 bottom-0 hidden bg-paper/80 p-3 text-center text-sm text-soft ${isDrawing ? "" : "group-focus-visible:block"}`}
      >
        Arrow keys move the pen, with Shift five steps. Space puts it down and up. Escape leaves.
      </p>
      <p role="status" className="sr-only">
        {pen.spoken}
      </p>
    </div>
  );
}

/** Where the keyboard's pen is: a ring, filled while it is down. */
function PenCursor({ cell, isDown }: { cell: PenCell; isDown: boolean }) {
  const { x, y } = placeOf(cell);
  return (
    <span
      data-testid="pen"
      aria-hidden="true"
      className={`pointer-events-none absolute size-6 -translate-1/2 rounded-full border-3 border-accent outline-2 outline-paper ${isDown ? "bg-accent" : "bg-paper/50"}`}
      style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
    />
  );
}
