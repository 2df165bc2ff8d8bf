/** What the service keeps: drawings, their labels, who is signed in. */
import { fetchJson, unexpectedAnswer } from "./fetchJson";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

/** A digit as a number, or what else a drawing can be. */
export type Label = NonNullable<Schemas["Labelled"]["true_label"]>;
/** One rung's answer to a kept drawing; `is_right` is null while the drawing has no label. */
export type KeptAnswer = Schemas["Label"];
/** A drawing's label, and what that makes of every answer to it. */
export type Labelled = Schemas["Labelled"];

export type Account = Schemas["AccountDetails"];
export type Role = Account["role"];
export type Session = Schemas["CurrentSession"];
/** The caller's drawings, counted. */
export type Tally = Schemas["Tally"];

/** Who is signed in, and what the service keeps. */
export async function readSession(signal: AbortSignal): Promise<Session> {
  const answer = await fetchJson("sessions/current", signal);
  if (!hasField(answer, "keeps")) throw unexpectedAnswer("who is signed in");
  return answer as unknown as Session;
}

/** Labels a drawing by the id of any prediction of it; null takes the label back. */
export async function sendLabel(id: string, label: Label | null): Promise<Labelled> {
  const answer = await fetchJson(`predictions/${id}/feedback`, undefined, {
    method: "POST",
    json: { true_label: label },
  });
  if (!hasField(answer, "results")) throw unexpectedAnswer("what is kept of the drawing");
  return answer as unknown as Labelled;
}

export async function readTally(signal: AbortSignal): Promise<Tally> {
  const answer = await fetchJson("drawings/tally", signal);
  if (!hasField(answer, "models")) throw unexpectedAnswer("a count of the drawings");
  return answer as unknown as Tally;
}

/** Deletes all that is kept of the caller's drawings; the number of drawings. */
export async function forgetMe(): Promise<number> {
  const answer = await fetchJson("predictions", undefined, { method: "DELETE" });
  if (!hasField(answer, "deleted")) throw unexpectedAnswer("how many drawings were deleted");
  return Number(answer["deleted"]);
}

function hasField(value: unknown, field: string): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && field in value;
}
