import type { Engine, Seen } from "../../engine/engine";
import { ApiError } from "../../shared/api/failure";
import type { Prediction } from "../../shared/api/types";
import type { Drawing } from "../drawing/history";

/** Of a test digit's picture. */
const SIDE_PX = 28;

/** Whether the browser can read it: what was drawn, and MNIST's digits, which are fields already. */
export function isReadHere({ picture }: Drawing): boolean {
  return picture === null || (picture.link?.parameter === "digit" && picture.region === null);
}

/** Every rung's answer by the engine. Throws ApiError where nothing is drawn. */
export async function answerHere(engine: Engine, drawing: Drawing): Promise<readonly Prediction[]> {
  const { picture, strokes } = drawing;
  const seen = picture ? await testDigit(picture.body) : engine.see(strokes);
  if (seen) return engine.answer(seen);
  throw new ApiError({ kind: "blank", detail: "expected a digit, got only specks or a dot" });
}

async function testDigit(png: Blob): Promise<Seen> {
  const { decode } = await import("fast-png");
  const { width, height, channels, data } = decode(new Uint8Array(await png.arrayBuffer()));
  const field = Uint8Array.from(data).filter((_, i) => i % channels === 0);
  if (width !== SIDE_PX || height !== SIDE_PX) {
    throw new Error(`expected ${SIDE_PX} × ${SIDE_PX} pixels, got ${width} × ${height}`);
  }
  return { field, box: [0, 0, width, height], inverted: false };
}
