import { ask, unexpected } from "./fetchJson";
import type { Comparison, DigitSheet, Report, ReportSummary } from "./types";

// every function throws ApiError, or AbortError when `signal` aborts

/** One row a rung, in ladder order. */
export async function listReports(signal: AbortSignal): Promise<readonly ReportSummary[]> {
  const answer = await ask("/reports", signal);
  if (!isListOf(answer, ["name", "title", "accuracy"])) throw unexpected("a row a rung");
  return answer as readonly ReportSummary[];
}

/** Everything measured about one rung. */
export async function readReport(name: string, signal: AbortSignal): Promise<Report> {
  const answer = await ask(`/reports/${encodeURIComponent(name)}`, signal);
  const needed = ["confusion_matrix", "calibration", "per_class", "robustness"];
  if (!hasFields(answer, needed)) throw unexpected(`a whole report of “${name}”`);
  return answer as Report;
}

/** Two rungs on the same test digits. */
export async function compareRungs(a: string, b: string, signal: AbortSignal): Promise<Comparison> {
  const query = new URLSearchParams({ a, b }).toString();
  const answer = await ask(`/reports/compare?${query}`, signal);
  if (!hasFields(answer, ["fixed", "broken", "p_value"])) throw unexpected("two rungs compared");
  return answer as Comparison;
}

/** Which test digit is where in the sprite sheet. */
export async function readDigitSheet(signal: AbortSignal): Promise<DigitSheet> {
  const answer = await ask("/reports/digits", signal);
  const needed = ["image", "indices", "labels", "read"];
  if (!hasFields(answer, needed)) throw unexpected("the index of the sheet of digits");
  return answer as DigitSheet;
}

function hasFields(value: unknown, fields: readonly string[]): value is object {
  return typeof value === "object" && value !== null && fields.every((field) => field in value);
}

function isListOf(value: unknown, fields: readonly string[]): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => hasFields(row, fields));
}
