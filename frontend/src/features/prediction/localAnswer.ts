import { decode } from "fast-png";
import type { Engine, Seen } from "../../engine/engine";
import { FIELD_PX, fieldOf } from "../../engine/preprocessing";
import type { Stroke } from "../../engine/strokes";
import { ApiError } from "../../shared/api/failure";
import type { Prediction } from "../../shared/api/types";
import type { Drawing } from "../drawing/history";

/** Whether the browser can read it: what was drawn, and MNIST's digits, which are fields already. */
export function isReadHere({ picture }: Drawing): boolean {
  return picture === null || (picture.link?.parameter === "digit" && picture.region === null);
}

/** Every rung's answer by the engine. Throws ApiError where nothing is drawn. */
export async function answerHere(engine: Engine, drawing: Drawing): Promise<readonly Prediction[]> {
  const { picture, strokes } = drawing;
  return engine.answer(picture ? await testDigit(picture.body) : see(strokes));
}

/** The same for strokes; null where nothing is drawn yet. */
export async function answerStrokes(
  engine: Engine,
  strokes: readonly Stroke[],
): Promise<readonly Prediction[] | null> {
  const preprocessed = fieldOf(strokes);
  return preprocessed && engine.answer({ ...preprocessed, inverted: true });
}

function see(strokes: readonly Stroke[]): Seen {
  const preprocessed = fieldOf(strokes);
  if (preprocessed) return { ...preprocessed, inverted: true };
  throw new ApiError({ kind: "blank", detail: "expected a digit, got only specks or a dot" });
}

async function testDigit(png: Blob): Promise<Seen> {
  const { width, height, channels, data } = decode(new Uint8Array(await png.arrayBuffer()));
  const field = Uint8Array.from(data).filter((_, i) => i % channels === 0);
  if (width !== FIELD_PX || height !== FIELD_PX) {
    throw new Error(`expected ${FIELD_PX} × ${FIELD_PX} pixels, got ${width} × ${height}`);
  }
  return { field, box: [0, 0, width, height], inverted: false };
}
