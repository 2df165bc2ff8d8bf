import { areDigits, nameOfClass } from "../../shared/lib/classes";
import type { KeptAnswer } from "./keptDrawings";

type Read = Pick<KeptAnswer, "predicted_digit" | "verdict">;

/** What a model read, in a word: "4", "4?" where it was not sure, "No digit", "Several". */
export function answerText({ predicted_digit, verdict }: Read): string {
  if (verdict === "not_a_digit") return areDigits() ? "No digit" : "None";
  if (verdict === "several") return "Several";
  return verdict === "unsure" ? `${nameOfClass(predicted_digit)}?` : nameOfClass(predicted_digit);
}

const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** A moment in the visitor's time zone: "28 Nov 2026, 17:04". */
export function timeText(timestamp: string): string {
  const time = new Date(timestamp);
  return Number.isNaN(time.getTime()) ? timestamp : TIME.format(time);
}
