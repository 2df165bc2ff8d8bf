import { fetchBytes, fetchJson, unexpectedAnswer } from "./fetchJson";
import type { Comparison, DigitSheet, HardOnes, Report, ReportSummary } from "./types";
import { noun } from "../lib/classes";

// every function throws ApiError, or AbortError when `signal` aborts

/** One row for each model, in ladder order. */
export async function listReports(signal: AbortSignal): Promise<readonly ReportSummary[]> {
  const answer = await fetchJson("reports", signal);
  if (!isListOf(answer, ["name", "title", "accuracy"]))
    throw unexpectedAnswer("one row for each model");
  return answer as readonly ReportSummary[];
}

/** Everything measured about one model. */
export async function readReport(name: string, signal: AbortSignal): Promise<Report> {
  const answer = await fetchJson(`reports/${encodeURIComponent(name)}`, signal);
  const needed = ["confusion_matrix", "calibration", "per_class", "robustness"];
  if (!hasFields(answer, needed)) throw unexpectedAnswer(`a whole report of “${name}”`);
  return answer as Report;
}

/** Two models on the same test digits. */
export async function compareModels(
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<Comparison> {
  const query = new URLSearchParams({ a, b }).toString();
  const answer = await fetchJson(`reports/compare?${query}`, signal);
  if (!hasFields(answer, ["fixed", "broken", "p_value"]))
    throw unexpectedAnswer("a comparison of two models");
  return answer as Comparison;
}

/** The index of the sprite sheet of test digits. */
export async function readDigitSheet(signal: AbortSignal): Promise<DigitSheet> {
  const answer = await fetchJson("reports/digits", signal);
  const needed = ["image", "size_px", "columns", "indices", "labels", "read"];
  if (!hasFields(answer, needed)) throw unexpectedAnswer(`the index of the sheet of ${noun(2)}`);
  const sheet = answer as DigitSheet;
  // a path from the server's root, which a proxy may show below a path of its own
  return { ...sheet, image: sheet.image.replace(/^.*\/(?=reports\/)/, "") };
}

/** The sprite sheet itself, a PNG. */
export async function readDigitSheetImage(
  { image }: DigitSheet,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return new Uint8Array(await fetchBytes(image, signal));
}

/** Drawings that some rungs misread and others read, in teaching order. */
export async function readHardOnes(signal: AbortSignal): Promise<HardOnes> {
  const answer = await fetchJson("reports/hard", signal);
  if (!hasFields(answer, ["origins", "items"])) throw unexpectedAnswer("the hard ones");
  return answer as HardOnes;
}

function hasFields(value: unknown, fields: readonly string[]): value is object {
  return typeof value === "object" && value !== null && fields.every((field) => field in value);
}

function isListOf(value: unknown, fields: readonly string[]): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => hasFields(row, fields));
}
