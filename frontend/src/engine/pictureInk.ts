import { RIM_PX, counts, withoutBars } from "./bars";
import {
  MIN_CONTRAST,
  atLeast,
  boxOf,
  crop,
  inkOf,
  strongComponents,
  type Ink,
  type Pixels,
} from "./ink";
import { borderOf, borderWidth, bytes, floats } from "./picture";
import { hasBox, hasLines } from "./ruledLines";

// the service's own limits: ml_engine_and_backend/engine/ink.py says why they are so
const FULL_SHARE = 0.9;
const PICTURE_SHARE = 0.3;

/** What the browser does not read surely as the service does; the message completes "it has …". */
export class LeftToService extends Error {
  override readonly name = "LeftToService";
}

/** The ink of a picture. */
export interface PictureInk extends Ink {
  /** The ink is darker than its background. */
  readonly inverted: boolean;
}

/**
 * The digit's ink in a picture of any ground of one tone: drawings, scans, digits that were cut
 * out; null where there is none, or only specks or a dot. The service's own steps
 * (ml_engine_and_backend/engine/ink.py) without those for photographs and ruled paper.
 *
 * Throws LeftToService where it is such a one.
 */
export function findInkInPicture(grey: Pixels): PictureInk | null {
  const { width, height } = grey;
  const background = grey.data[0] ?? 0;
  const apart = bytes(grey.data.length, (i) => (grey.data[i] === background ? 0 : 1));
  const box = boxOf({ data: apart, width, height });
  if (!box) return null;
  const margin = Math.min(box.left, box.top, width - box.right, height - box.bottom);
  // a border of one level: a drawing on a canvas, or a picture on a page
  const isClear = margin >= borderWidth(grey);
  if (!isClear || mayBePicture(crop(grey, box), background)) {
    const ink = inkInBars(grey);
    if (ink) return ink;
  }
  const side = Math.max(width, height);
  if (!isClear) {
    const border = borderOf(grey);
    const same = border.filter((level) => level === background).length;
    if (2 * same <= border.length) throw new LeftToService("an uneven ground, like a photograph");
  }
  const corner = isClear ? box : { left: 0, top: 0 };
  const { levels, inverted } = levelsOn(isClear ? crop(grey, box) : grey, background);
  let mask = atLeast(levels, MIN_CONTRAST);
  if (!boxOf(mask)) return null;
  if (!isClear) mask = strongComponents(levels, mask, refuseLines);
  const ink = inkOf(levels, mask, corner, side, refuseBox);
  return ink && { ...ink, inverted };
}

function refuseLines(mask: Parameters<typeof hasLines>[0]) {
  if (hasLines(mask)) throw new LeftToService("lines that cross all of it, like ruled paper");
}

function refuseBox(mask: Parameters<typeof hasBox>[0]) {
  if (hasBox(mask)) throw new LeftToService("a box around what is in it");
}

/** The ink within bars or a frame; null where there are none, or nothing in them. */
function inkInBars(grey: Pixels): PictureInk | null {
  const part = withoutBars(grey);
  if (!part) return null;
  const ink = findInkInPicture(crop(grey, part));
  // without ink the bars are all there is, a thick 1; thin ink is all but their soft edge
  if (!ink || Math.min(ink.width, ink.height) <= RIM_PX) return null;
  return { ...ink, left: ink.left + part.left, top: ink.top + part.top };
}

/** Whether a good part of the rows, and of the columns, is as full as the fullest. */
function mayBePicture(box: Pixels, background: number): boolean {
  const least = box.data instanceof Uint8Array && [0, 255].includes(background) ? 1 : MIN_CONTRAST;
  const apart = atLeast({ ...box, data: box.data.map((l) => Math.abs(l - background)) }, least);
  return (["rows", "columns"] as const).every((lines) => {
    const found = counts(apart, lines);
    const most = Math.max(...found);
    const full = found.filter((count) => count >= FULL_SHARE * most);
    return full.length >= PICTURE_SHARE * found.length;
  });
}

/** Ink strength above an even background, on the side of it where more of the picture lies. */
function levelsOn(grey: Pixels, background: number): { levels: Pixels; inverted: boolean } {
  let [lighter, darker] = [0, 0];
  const { data } = grey;
  for (const level of data) {
    const over = level - background;
    if (over > MIN_CONTRAST) lighter += over;
    else if (over < -MIN_CONTRAST) darker -= over;
  }
  // a uint8 picture on black or white has but one side
  const inverted = darker > lighter || (darker === lighter && background === 255);
  const sign = inverted ? -1 : 1;
  const levels = floats(data.length, (i) => Math.max(0, sign * ((data[i] ?? 0) - background)));
  return { levels: { ...grey, data: levels }, inverted };
}
