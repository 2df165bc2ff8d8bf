/** A model's colour and marker in every plot, fixed by its place on the ladder. */
export interface ModelStyle {
  readonly colour: string;
  readonly marker: Marker;
}

export const MARKERS = ["circle", "square", "triangle", "diamond", "drop", "bar", "star"] as const;
export type Marker = (typeof MARKERS)[number];

const COLOURS = 8;

/**
 * Steps count from 1 at the foot. Eight colours and seven markers: no two of the first 56 models
 * look the same.
 */
export function modelStyle(step: number): ModelStyle {
  const place = step - 1;
  const marker = MARKERS[place % MARKERS.length] ?? "circle";
  return { colour: `var(--model-${(place % COLOURS) + 1})`, marker };
}

/** Corners on the unit circle's square, x to the right, y down; a circle has none. */
const CORNERS: Readonly<Record<Exclude<Marker, "circle">, readonly (readonly number[])[]>> = {
  square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]], // prettier-ignore
  triangle: [[0, -1.1], [1.1, 0.85], [-1.1, 0.85]], // prettier-ignore
  diamond: [[0, -1.25], [1.1, 0], [0, 1.25], [-1.1, 0]], // prettier-ignore
  drop: [[-1.1, -0.85], [1.1, -0.85], [0, 1.1]], // prettier-ignore
  bar: [[-0.5, -1.3], [0.5, -1.3], [0.5, 1.3], [-0.5, 1.3]], // prettier-ignore
  star: [...Array(10).keys()].map((i) => {
    const angle = (i * Math.PI) / 5;
    const radius = i % 2 === 0 ? 1.35 : 0.6;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  }),
};

/** The marker's outline as an SVG path around a point. */
export function markerPath(marker: Marker, x: number, y: number, radius: number): string {
  if (marker === "circle") {
    const r = round(radius);
    return `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  }
  const at = ([dx = 0, dy = 0]: readonly number[]) =>
    `${round(x + radius * dx)} ${round(y + radius * dy)}`;
  return `M${CORNERS[marker].map(at).join("L")}z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
