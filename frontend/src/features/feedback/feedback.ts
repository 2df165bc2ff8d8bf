import type { Failure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";
import type { Label, Tally } from "../../shared/api/kept";
import type { Prediction } from "../../shared/api/types";

/** The id by which a drawing can be labelled; null where the service keeps nothing of it. */
export function keptId(results: readonly Prediction[] | null): string | null {
  return results?.find(({ id }) => typeof id === "string")?.id ?? null;
}

/** What a drawing is if this answer is right. */
export function answeredLabel({ verdict, digit }: Prediction): Label {
  if (verdict === "not_a_digit" || verdict === "several") return verdict;
  return digit;
}

/**
 * The running count: "You: 14 drawn, 12 labelled. Right: Single layer 9, Ensemble 12." It names
 * the foot and the top of the ladder.
 */
export function tallyText(
  { drawn, labelled, models }: Tally,
  titles: ReadonlyMap<string, string>,
): string {
  if (labelled === 0) return `You: ${drawn} drawn, none labelled yet.`;
  const inOrder = [...titles].flatMap(([name, title]) => {
    const found = models.find(({ model }) => model === name);
    return found ? [`${title} ${found.right}`] : [];
  });
  const ends = inOrder.filter((_, i) => i === 0 || i === inOrder.length - 1);
  const right = ends.length === 0 ? "" : ` Right: ${ends.join(", ")}.`;
  return `You: ${drawn} drawn, ${labelled} labelled.${right}`;
}

/** Why a label was not kept, and whether sending it again can help. */
export function labelFailure(failure: Failure): { readonly text: string; readonly retry: boolean } {
  const reason = (text: string, retry = false) => ({ text, retry });
  if (failure.kind === "refused" && failure.status === 409) {
    return reason("Reviewers have already decided otherwise on this drawing.");
  }
  if (failure.kind === "refused" && failure.status === 404) {
    return reason("The service no longer keeps this drawing.");
  }
  if (failure.kind === "not-ready") {
    return reason("The service cannot write at the moment.", true);
  }
  const { title, detail, retry } = failureText(failure, null, "label");
  return reason([`${title}.`, detail].filter(Boolean).join(" "), retry);
}
