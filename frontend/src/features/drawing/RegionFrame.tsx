import { useState, type KeyboardEvent, type PointerEvent } from "react";
import {
  boxStyle,
  changeBox,
  CORNERS,
  isSameBox,
  WHOLE,
  type Grip,
  type PixelBox,
  type Size,
} from "./regions";

const ARROWS: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
/** An arrow key's step, as a share of the picture's longer side. */
const KEY_STEP = 0.02;

interface Drag {
  readonly grip: Grip;
  readonly from: { readonly x: number; readonly y: number };
  readonly box: PixelBox;
}

interface RegionFrameProps {
  readonly box: PixelBox;
  readonly size: Size;
  readonly onChange: (box: PixelBox) => void;
}

/** The frame around the part of a picture that is read. It fills its parent, the field. */
export function RegionFrame({ box, size, onChange }: RegionFrameProps) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const [dragged, setDragged] = useState(box);
  const shown = drag ? dragged : box;
  const longer = Math.max(size.width, size.height);

  const handlers = (grip: Grip) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (!event.isPrimary || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ grip, from: { x: event.clientX, y: event.clientY }, box });
      setDragged(box);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!drag || !event.isPrimary) return;
      const field = event.currentTarget.closest("[data-field]")?.clientWidth ?? 1;
      const by = {
        x: ((event.clientX - drag.from.x) / field) * longer,
        y: ((event.clientY - drag.from.y) / field) * longer,
      };
      setDragged(changeBox(drag.box, drag.grip, by, size));
    },
    onPointerUp: () => {
      if (drag && !isSameBox(dragged, drag.box)) onChange(dragged);
      setDrag(null);
    },
    onPointerCancel: () => {
      setDrag(null);
    },
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // else the page scrolls
    const step = Math.max(1, longer * KEY_STEP);
    const grip: Grip = event.shiftKey ? { x: 1, y: 1 } : WHOLE;
    const changed = changeBox(box, grip, { x: arrow.x * step, y: arrow.y * step }, size);
    if (!isSameBox(changed, box)) onChange(changed);
  };

  return (
    <div data-testid="region" className="absolute" style={boxStyle(shown, size)}>
      <button
        type="button"
        aria-label="The part that is read. Arrow keys move it, Shift and arrow keys resize it."
        className="absolute -inset-1 cursor-move touch-none rounded-md border-2 border-accent shadow-[0_0_0_1px_var(--ground)]"
        onKeyDown={onKeyDown}
        {...handlers(WHOLE)}
      />
      {CORNERS.map((corner) => (
        <span
          key={`${corner.x} ${corner.y}`}
          data-testid="corner"
          aria-hidden="true"
          className={`absolute grid size-7 touch-none place-items-center ${corner.x < 0 ? "-left-4.5" : "-right-4.5"} ${corner.y < 0 ? "-top-4.5" : "-bottom-4.5"} ${corner.x === corner.y ? "cursor-nwse-resize" : "cursor-nesw-resize"}`}
          {...handlers(corner)}
        >
          <span className="size-3 rounded-full border-2 border-accent bg-paper" />
        </span>
      ))}
    </div>
  );
}
