import { useState, type PointerEvent } from "react";
import { FIELD_PX, type Field } from "../../engine/preprocessing";
import type { Point } from "../../engine/strokes";
import { FieldCanvas } from "./FieldCanvas";
import { boxCorners, dragged, HANDLE_KNOBS, handlePlaces, type Handle } from "./handles";
import type { KnobName } from "./knobs";
import type { Nudge } from "./nudge";

interface NudgedFieldProps {
  /** Nudged, but not centred anew. */
  readonly field: Field;
  readonly label: string;
  readonly nudge: Nudge;
  readonly onNudge: (nudge: Nudge, knob: KnobName) => void;
}

interface Drag {
  readonly handle: Handle;
  readonly start: Nudge;
  readonly from: Point;
}

const TITLES: Readonly<Record<Exclude<Handle, "shift">, string>> = {
  turn: "Turn",
  scale: "Scale",
  slant: "Slant",
  erase: "Move the eraser",
};
const SHAPES: Readonly<Record<Exclude<Handle, "shift">, string>> = {
  turn: "rounded-full",
  scale: "",
  slant: "-skew-x-12",
  erase: "rounded-full",
};

/** The drawing with handles on it. The sliders do the same, and can be reached by keyboard. */
export function NudgedField({ field, label, nudge, onNudge }: NudgedFieldProps) {
  const [square, setSquare] = useState<HTMLDivElement | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const places = handlePlaces(nudge);
  const handles = (["turn", "scale", "slant", "erase"] as const).filter(
    (handle) => handle !== "erase" || nudge.erase > 0,
  );

  const place = ({ clientX, clientY }: PointerEvent): Point => {
    const box = square?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    const scale = FIELD_PX / box.width;
    return { x: (clientX - box.left) * scale - 0.5, y: (clientY - box.top) * scale - 0.5 };
  };
  const grip = (handle: Handle) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (!event.isPrimary || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ handle, start: nudge, from: place(event) });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (drag?.handle !== handle) return;
      const changed = dragged(handle, drag.start, drag.from, place(event));
      // a digit that is moved up or down is followed by that slider
      const isUpright =
        handle === "shift" &&
        Math.abs(changed.shiftY - drag.start.shiftY) > Math.abs(changed.shiftX - drag.start.shiftX);
      onNudge(changed, isUpright ? "shiftY" : HANDLE_KNOBS[handle]);
    },
    onLostPointerCapture: () => {
      setDrag(null);
    },
  });
  // pixels' centres lie half a pixel into them
  const percent = (pixel: number) =>
    `${(100 * (Math.min(FIELD_PX, Math.max(0, pixel + 0.5)) / FIELD_PX)).toFixed(2)}%`;
  const { eraseX, eraseY, erase } = nudge;
  const eraser = [eraseX, eraseY].map((middle) => middle - Math.floor(erase / 2));

  return (
    <div
      ref={setSquare}
      data-testid="nudged-field"
      className="relative mx-auto w-full max-w-56 touch-none rounded-xl select-none tablet:max-w-none"
    >
      <div className="cursor-move overflow-hidden rounded-xl border border-edge" {...grip("shift")}>
        <FieldCanvas field={field} label={label} className="w-full" />
      </div>
      <svg
        viewBox={`-0.5 -0.5 ${FIELD_PX} ${FIELD_PX}`}
        className="pointer-events-none absolute inset-0 size-full overflow-hidden"
        aria-hidden="true"
      >
        <g fill="none" strokeWidth="1.5" stroke="#7fd8ff">
          <polygon
            points={boxCorners(nudge)
              .map(({ x, y }) => `${x},${y}`)
              .join(" ")}
            strokeDasharray="5 4"
            vectorEffect="non-scaling-stroke"
          />
          {erase > 0 && (
            <rect
              x={(eraser[0] ?? 0) - 0.5}
              y={(eraser[1] ?? 0) - 0.5}
              width={erase}
              height={erase}
              vectorEffect="non-scaling-stroke"
            />
          )}
        </g>
      </svg>
      {handles.map((handle) => (
        <div
          key={handle}
          title={TITLES[handle]}
          data-testid={`handle-${handle}`}
          aria-hidden="true"
          className="absolute -m-5.5 grid size-11 cursor-grab place-items-center active:cursor-grabbing"
          style={{ left: percent(places[handle].x), top: percent(places[handle].y) }}
          {...grip(handle)}
        >
          <span
            className={`grid size-5 place-items-center border-2 border-[#06212e] bg-[#7fd8ff] text-[0.6875rem] leading-none font-bold text-[#06212e] ${SHAPES[handle]}`}
          >
            {handle === "turn" ? "↻" : handle === "scale" ? "⤡" : handle === "slant" ? "↔" : "✥"}
          </span>
        </div>
      ))}
    </div>
  );
}
