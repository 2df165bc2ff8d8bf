import type { Failure } from "./failure";

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** The parsed body, or undefined where it was not JSON. */
  readonly body: unknown;
}

/** Reads an error answer: RFC 9457 where the server sent one, the bare status otherwise. */
export function failureOf(answer: Answer, now: Date): Failure {
  const title = textField(answer.body, "title") ?? `The server answered ${answer.status}`;
  const detail = textField(answer.body, "detail") ?? "";
  const type = textField(answer.body, "type") ?? "";

  const retry = { retryAfterSeconds: retryAfterSeconds(answer.retryAfter, now) };
  if (answer.status === 401 && !type.endsWith("wrong-credentials")) return { kind: "locked" };
  if (answer.status === 429) return { kind: "rate-limited", ...retry };
  if (answer.status === 503) {
    return type.endsWith("over-capacity")
      ? { kind: "busy", ...retry }
      : { kind: "not-ready", detail, ...retry };
  }
  if (answer.status === 422 && type.endsWith("blank-drawing")) return { kind: "blank", detail };
  return { kind: "refused", status: answer.status, title, detail };
}

/** `Retry-After` is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function retryAfterSeconds(header: string | null, now: Date): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  // Date.parse alone would also make a date of "-1"
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(date)) return null;
  return Math.max(0, Math.ceil((date - now.getTime()) / 1000));
}

function textField(body: unknown, field: string): string | null {
  if (typeof body !== "object" || body === null) return null;
  const value = (body as Record<string, unknown>)[field];
  return typeof value === "string" && value !== "" ? value : null;
}
