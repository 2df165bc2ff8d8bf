import type { Engine } from "../../engine/engine";
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
  const png = picture && new Uint8Array(await picture.body.arrayBuffer());
  const seen = png ? engine.seeField(png) : engine.see(strokes);
  if (seen) return engine.answer(seen);
  throw new ApiError({ kind: "blank", detail: "expected a digit, got only specks or a dot" });
}
