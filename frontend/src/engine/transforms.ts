import { FIELD_PX, preprocess, roundHalfEven, type Field } from "./preprocessing";

// what experiments/evaluation/robustness.py does to the digits of the curves, on one field

const CENTRE_PX = (FIELD_PX - 1) / 2;

/** A linear map around the field's centre, x to the right, y down: x' = xx·x + xy·y, and so on. */
export interface Linear {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
}

/**
 * Slanted by `slant` to the right, turned by `turn` clockwise, both in radians as seen, then
 * enlarged (experiments/augmentation/warp.py).
 */
export function linearMap(turn: number, slant: number, scale: number): Linear {
  const [cos, sin, tan] = [Math.cos(turn), Math.sin(turn), Math.tan(slant)];
  return {
    xx: scale * cos,
    xy: scale * (-tan * cos - sin),
    yx: scale * sin,
    yy: scale * (cos - tan * sin),
  };
}

export function inverse({ xx, xy, yx, yy }: Linear): Linear {
  const determinant = xx * yy - xy * yx;
  return {
    xx: yy / determinant,
    xy: -xy / determinant,
    yx: -yx / determinant,
    yy: xx / determinant,
  };
}

/** The field after a linear map around its centre, bilinear; what leaves is lost. */
export function resample(field: Field, map: Linear): Field {
  const { xx, xy, yx, yy } = inverse(map);
  const last = FIELD_PX - 1;
  return each((x, y) => {
    const fromX = xx * (x - CENTRE_PX) + xy * (y - CENTRE_PX) + CENTRE_PX;
    const fromY = yx * (x - CENTRE_PX) + yy * (y - CENTRE_PX) + CENTRE_PX;
    if (fromX < 0 || fromX > last || fromY < 0 || fromY > last) return 0;
    const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
    const [right, bottom] = [Math.min(left + 1, last), Math.min(top + 1, last)];
    const above = mix(at(field, left, top), at(field, right, top), fromX - left);
    const below = mix(at(field, left, bottom), at(field, right, bottom), fromX - left);
    return mix(above, below, fromY - top);
  });
}

/** Moved by whole pixels to the right and down; what leaves is lost. */
export function shift(field: Field, right: number, down: number): Field {
  return each((x, y) => at(field, x - right, y - down));
}

/**
 * Strokes `pixels` wider, or thinner below 0: a whole number. At twice the resolution, where the
 * outline moves by as many pixels as the stroke widens.
 */
export function changeStrokeWidth(field: Field, pixels: number): Field {
  if (pixels === 0) return field;
  const reach = Math.abs(pixels);
  const isWider = pixels > 0;
  // twice the field, with a margin of what lies outside of it
  const side = 2 * (FIELD_PX + reach);
  const fine = new Uint8Array(side * side);
  for (let y = reach; y < side - reach; y += 1) {
    for (let x = reach; x < side - reach; x += 1) {
      fine[y * side + x] = at(field, (x - reach) >> 1, (y - reach) >> 1);
    }
  }
  const disc: number[] = [];
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      if (dx * dx + dy * dy <= reach * reach) disc.push(dy * side + dx);
    }
  }
  const extreme = (place: number) => {
    let value = fine[place] ?? 0;
    for (const step of disc) {
      const other = fine[place + step] ?? 0;
      if (isWider ? other > value : other < value) value = other;
    }
    return value;
  };
  return each((x, y) => {
    const place = (2 * y + reach) * side + 2 * x + reach;
    const [right, below] = [place + 1, place + side];
    return (extreme(place) + extreme(right) + extreme(below) + extreme(below + 1)) / 4;
  });
}

/** A square wiped out; an even side reaches one pixel further left and up of its centre. */
export function erase(field: Field, side: number, centreX: number, centreY: number): Field {
  const [left, top] = [centreX - Math.floor(side / 2), centreY - Math.floor(side / 2)];
  const isHidden = (x: number, y: number) =>
    x >= left && x < left + side && y >= top && y < top + side;
  return each((x, y) => (isHidden(x, y) ? 0 : at(field, x, y)));
}

/** `normals` (784) times so many grey levels added, cut off at 0 and 255. */
export function addNoise(field: Field, deviation: number, normals: Float32Array): Field {
  return each((x, y) => {
    const i = y * FIELD_PX + x;
    return (field[i] ?? 0) + deviation * (normals[i] ?? 0);
  });
}

/**
 * Numbers of the standard normal distribution, the same for the same seed in every browser:
 * Box and Muller's transform (1958) of the generator mulberry32.
 */
export function standardNormals(seed: number, count: number): Float32Array {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  });
}

/**
 * The field as the service makes it of a picture that shows `field`: a digit that lies as MNIST's
 * do stays as it is, any other is boxed and centred anew; null where no digit is left.
 */
export function centred(field: Field): Field | null {
  if (liesAsMnists(field)) return field;
  return (
    preprocess(
      field.map((level) => 255 - level),
      FIELD_PX,
    )?.field ?? null
  );
}

/** A box of 19 or 20 px, the centre of mass within half a pixel of index 14, full contrast. */
function liesAsMnists(field: Field): boolean {
  let [total, sumX, sumY, most] = [0, 0, 0, 0];
  let [left, top, right, bottom] = [FIELD_PX, FIELD_PX, -1, -1];
  field.forEach((level, i) => {
    if (level === 0) return;
    const [x, y] = [i % FIELD_PX, Math.floor(i / FIELD_PX)];
    total += level;
    sumX += x * level;
    sumY += y * level;
    most = Math.max(most, level);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  });
  const longer = Math.max(right - left, bottom - top) + 1;
  const off = Math.max(Math.abs(sumX / total - 14), Math.abs(sumY / total - 14));
  return most >= 250 && (longer === 19 || longer === 20) && off < 0.525;
}

function each(level: (x: number, y: number) => number): Field {
  const field = new Uint8Array(FIELD_PX * FIELD_PX);
  for (let y = 0; y < FIELD_PX; y += 1) {
    for (let x = 0; x < FIELD_PX; x += 1) {
      const value = roundHalfEven(Math.fround(level(x, y)));
      field[y * FIELD_PX + x] = Math.min(255, Math.max(0, value));
    }
  }
  return field;
}

function at(field: Field, x: number, y: number): number {
  if (x < 0 || x >= FIELD_PX || y < 0 || y >= FIELD_PX) return 0;
  return field[y * FIELD_PX + x] ?? 0;
}

function mix(from: number, to: number, share: number): number {
  return from + share * (to - from);
}
