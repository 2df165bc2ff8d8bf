import { readUrl } from "../../shared/lib/urlState";

/** Who is to answer; "auto" is the browser where it can, else the service. */
export type EngineChoice = "browser" | "service" | "auto";

/** What the link says; anything that is no choice counts as "auto". */
export function engineChoice(): EngineChoice {
  const { engine } = readUrl(window.location.search);
  return engine === "browser" || engine === "service" ? engine : "auto";
}
