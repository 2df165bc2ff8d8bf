import { queryOptions } from "@tanstack/react-query";
import { labelText } from "../../features/labels/label";
import { MINE } from "../../features/session/useSession";
import { fetchJson, unexpectedAnswer } from "../../shared/api/fetchJson";
import type { components } from "../../shared/api/schema.gen";

type Schemas = components["schemas"];

export const STATES = ["open", "conflict", "decided"] as const;
export type ReviewState = (typeof STATES)[number];

export type Review = Schemas["Review"];
/** What a reviewer says: what the drawing is, that its label is wrong, or nothing. */
export type Decision = Review["decision"];
export type ReviewItem = Schemas["ReviewItem"];
export type ReviewList = Schemas["ReviewPage"];

const LIMIT = 60;

// both functions throw ApiError, or AbortError when the request is cancelled

export function reviewQuery(state: ReviewState) {
  return queryOptions({
    queryKey: [MINE, "review", state],
    queryFn: async ({ signal }): Promise<ReviewList> => {
      const answer = await fetchJson(`review?state=${state}&limit=${LIMIT}`, signal);
      if (typeof answer !== "object" || answer === null || !("items" in answer)) {
        throw unexpectedAnswer("drawings to review");
      }
      return answer as ReviewList;
    },
    staleTime: 0,
  });
}

/** Decides a drawing; null takes one's own decision back. */
export async function decide(id: string, decision: Decision | null): Promise<ReviewItem> {
  const answer = await fetchJson(`review/${encodeURIComponent(id)}`, undefined, {
    method: "POST",
    json: { decision },
  });
  if (typeof answer !== "object" || answer === null || !("reviews" in answer)) {
    throw unexpectedAnswer("the drawing with its reviews");
  }
  return answer as ReviewItem;
}

/** Which of the three counts has an item; null while others than this reviewer must still say. */
function stateOf(item: ReviewItem, name: string): ReviewState | null {
  if (item.decision === null) return ownDecision(item, name) === null ? "open" : null;
  return item.decision === "conflict" ? "conflict" : "decided";
}

/** The list with an item in its place, and with the counts that follow from it. */
export function withItem(list: ReviewList, item: ReviewItem, name: string): ReviewList {
  const before = list.items.find(({ id }) => id === item.id);
  if (!before) return list;
  const moved = (state: ReviewState) =>
    Number(stateOf(item, name) === state) - Number(stateOf(before, name) === state);
  return {
    ...list,
    items: list.items.map((other) => (other === before ? item : other)),
    open: list.open + moved("open"),
    conflicts: list.conflicts + moved("conflict"),
    decided: list.decided + moved("decided"),
  };
}

/** What a reviewer has said of an item; null for nothing yet. */
export function ownDecision({ reviews }: ReviewItem, name: string): Decision | null {
  return reviews.find(({ by }) => by === name)?.decision ?? null;
}

export function decisionWord(decision: Decision): string {
  if (decision === "disagree") return "Disagree";
  return decision === "skip" ? "Skip" : labelText(decision);
}

/** The id of the next item that is still to be decided, after the one at `place` and round again. */
export function nextOpen(
  items: readonly { readonly id: string }[],
  place: number,
  isDecided: (id: string) => boolean,
): string | null {
  const following = [...items.slice(place + 1), ...items.slice(0, place)];
  return following.find(({ id }) => !isDecided(id))?.id ?? null;
}
