import type { Stroke } from "../../engine/strokes";
import { EXPORT_SIDE } from "../../engine/rasterise";
import { containInUnit, svgPathOf } from "../drawing/geometry";
import type { Size } from "../drawing/regions";

/** What one rung says, as it is written beside the drawing. */
export interface WrittenAnswer {
  readonly title: string;
  /** "7", "2026", or empty where it says nothing yet. */
  readonly reading: string;
  /** "97.1%". */
  readonly confidence: string;
}

/** An opened picture: its address and its size in pixels. */
export interface ShownPicture {
  readonly href: string;
  readonly size: Size;
}

const INK = "#14201c";
const SOFT = "#525c56";
const LINE = "#82887c";
const FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";
const MARGIN = 24;
const ROW = 40;
const COLUMN = 430;

/** The drawing alone, black on white: each stroke is a path. */
export function drawingSvg(strokes: readonly Stroke[]): string {
  const side = EXPORT_SIDE;
  return svg(side, side, [rect(0, 0, side, side, "#fff"), ...paths(strokes, side, "#000")]);
}

/** The size of answersSvg in user units. */
export const ANSWERS_SIZE: Size = {
  width: 3 * MARGIN + EXPORT_SIDE + COLUMN,
  height: 2 * MARGIN + EXPORT_SIDE,
};

/** The drawing or picture, beside it what every rung says, and below that where it comes from. */
export function answersSvg(
  drawn: readonly Stroke[] | ShownPicture,
  answers: readonly WrittenAnswer[],
  source: string,
): string {
  const { width, height } = ANSWERS_SIZE;
  const side = EXPORT_SIDE;
  const left = 2 * MARGIN + side;
  const right = width - MARGIN;
  const field = "href" in drawn ? [image(drawn, side)] : paths(drawn, side, INK);
  const rows = answers.flatMap(({ title, reading, confidence }, i) => {
    const y = MARGIN + 24 + i * Math.min(ROW, (side - 40) / answers.length);
    return [
      text(left, y, 16, SOFT, `${i + 1}`),
      text(left + 24, y, 16, INK, title),
      text(right - 76, y, 22, INK, reading, 'text-anchor="end" font-weight="700"'),
      text(right, y, 16, SOFT, confidence, 'text-anchor="end"'),
    ];
  });
  return svg(width, height, [
    rect(0, 0, width, height, "#fff"),
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    `<svg width="${side}" height="${side}">`,
    ...field,
    "</svg>",
    rect(0, 0, side, side, "none", LINE),
    "</g>",
    ...rows,
    text(left, height - MARGIN - 2, 14, SOFT, `Digit Ladder, ${source}`),
  ]);
}

function svg(width: number, height: number, parts: readonly string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return [`<svg xmlns="http://www.w3.org/2000/svg" ${size}>`, ...parts, "</svg>", ""].join("\n");
}

function paths(strokes: readonly Stroke[], side: number, colour: string): string[] {
  return [
    `<g fill="none" stroke="${colour}" stroke-linecap="round" stroke-linejoin="round">`,
    ...strokes.map(
      ({ points, width }) =>
        `<path d="${svgPathOf(points, side)}" stroke-width="${Number((width * side).toFixed(2))}"/>`,
    ),
    "</g>",
  ];
}

function image({ href, size }: ShownPicture, side: number): string {
  const { left, top, width, height } = containInUnit(size);
  const box = [left, top, width, height].map((share) => share * side);
  return `<image href="${escaped(href)}" x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}"/>`;
}

function rect(x: number, y: number, w: number, h: number, fill: string, stroke = "none"): string {
  return `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" stroke="${stroke}"/>`;
}

function text(
  x: number,
  y: number,
  size: number,
  colour: string,
  words: string,
  more = "",
): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-family="${FONT}" fill="${colour}" ${more}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
