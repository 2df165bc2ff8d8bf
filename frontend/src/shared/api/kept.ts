/** What the service keeps: drawings, their labels, accounts. Types and requests. */
import { fetchJson, unexpectedAnswer } from "./fetchJson";
import type { Prediction } from "./types";

export type Role = "visitor" | "reviewer" | "admin";
/** A digit as a number, or what else a drawing can be. */
export type Label = number | "not_a_digit" | "several";

export interface Account {
  readonly name: string;
  readonly role: Role;
  readonly created_at: string;
}

export interface Session {
  readonly account: Account | null;
  readonly keeps: {
    readonly predictions: boolean;
    readonly drawings: boolean;
    readonly days: number;
  };
}

/** One rung's answer to a kept drawing; `is_right` is null while the drawing has no label. */
export interface KeptAnswer {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly predicted_digit: number;
  readonly verdict: Prediction["verdict"];
  readonly is_right: boolean | null;
}

export interface Feedback {
  readonly id: string;
  readonly true_label: Label | null;
  readonly timestamp: string;
  readonly results: readonly KeptAnswer[];
}

/** The caller's drawings, counted. */
export interface Tally {
  readonly drawn: number;
  readonly labelled: number;
  readonly models: readonly {
    readonly model: string;
    readonly right: number;
    readonly labelled: number;
  }[];
}

/** Who is signed in, and what the service keeps. */
export async function readSession(signal: AbortSignal): Promise<Session> {
  const answer = await fetchJson("sessions/current", signal);
  if (!isSession(answer)) throw unexpectedAnswer("who is signed in");
  return answer;
}

function isSession(value: unknown): value is Session {
  return typeof value === "object" && value !== null && "account" in value && "keeps" in value;
}
