import { linearMap } from "../../engine/transforms";
import type { Point } from "../../engine/strokes";
import { knobOf, snap, type KnobName } from "./knobs";
import type { Nudge } from "./nudge";

/** What can be dragged on the field. */
export type Handle = "shift" | "turn" | "scale" | "slant" | "erase";

/** The slider that a handle moves first. */
export const HANDLE_KNOBS: Readonly<Record<Handle, KnobName>> = {
  shift: "shiftX",
  turn: "turn",
  scale: "scale",
  slant: "slant",
  erase: "erase",
};

const CENTRE = 13.5;
/** Half the side of MNIST's box, and how far above the centre the turning handle is. */
const HALF_BOX = 10;
const TURN_REACH = 12.5;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** A place of the untouched digit, in pixels from the field's centre, after the nudge. */
function after(nudge: Nudge, { x, y }: Point): Point {
  const { xx, xy, yx, yy } = linearMap(radians(nudge.turn), radians(nudge.slant), nudge.scale);
  return {
    x: CENTRE + nudge.shiftX + xx * x + xy * y,
    y: CENTRE + nudge.shiftY + yx * x + yy * y,
  };
}

/** Where the handles are, in the field's pixels. */
export function handlePlaces(nudge: Nudge): Readonly<Record<Exclude<Handle, "shift">, Point>> {
  const turned = { ...nudge, slant: 0, scale: 1 };
  return {
    turn: after(turned, { x: 0, y: -TURN_REACH }),
    scale: after(nudge, { x: HALF_BOX, y: HALF_BOX }),
    slant: after(nudge, { x: -HALF_BOX, y: -HALF_BOX }),
    erase: { x: nudge.eraseX, y: nudge.eraseY },
  };
}

/** The corners of the box that MNIST's digits fill, after the nudge. */
export function boxCorners(nudge: Nudge): readonly Point[] {
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const; // prettier-ignore
  return corners.map(([x, y]) => after(nudge, { x: HALF_BOX * x, y: HALF_BOX * y }));
}

/** The nudge after a handle was dragged from one place to another, in the field's pixels. */
export function dragged(handle: Handle, start: Nudge, from: Point, to: Point): Nudge {
  const snapped = (name: KnobName, value: number) => ({ [name]: snap(knobOf(name), value) });
  const centre = after(start, { x: 0, y: 0 });
  switch (handle) {
    case "shift":
      return {
        ...start,
        ...snapped("shiftX", start.shiftX + to.x - from.x),
        ...snapped("shiftY", start.shiftY + to.y - from.y),
      };
    case "turn": {
      const angle = ({ x, y }: Point) => Math.atan2(x - centre.x, centre.y - y);
      // the shorter way round
      const by = Math.atan2(Math.sin(angle(to) - angle(from)), Math.cos(angle(to) - angle(from)));
      return { ...start, ...snapped("turn", start.turn + (by * 180) / Math.PI) };
    }
    case "scale": {
      const away = ({ x, y }: Point) => Math.hypot(x - centre.x, y - centre.y);
      return { ...start, ...snapped("scale", (start.scale * away(to)) / Math.max(1, away(from))) };
    }
    case "slant": {
      // along the turned digit's top edge
      const [cos, sin] = [Math.cos(radians(start.turn)), Math.sin(radians(start.turn))];
      const along = cos * (to.x - from.x) + sin * (to.y - from.y);
      const tangent = Math.tan(radians(start.slant)) + along / (HALF_BOX * start.scale);
      return { ...start, ...snapped("slant", (Math.atan(tangent) * 180) / Math.PI) };
    }
    case "erase": {
      const inside = (value: number) => Math.min(27, Math.max(0, Math.round(value)));
      return {
        ...start,
        eraseX: inside(start.eraseX + to.x - from.x),
        eraseY: inside(start.eraseY + to.y - from.y),
      };
    }
  }
}
