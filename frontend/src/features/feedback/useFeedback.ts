import {
  keepPreviousData,
  skipToken,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { toFailure, type Failure } from "../../shared/api/failure";
import { readTally, sendLabel, type Label, type Labelled, type Tally } from "../../shared/api/kept";
import type { Prediction } from "../../shared/api/types";
import { useSettled } from "../../shared/lib/useSettled";
import { MINE } from "../session/useSession";
import { keptId } from "./feedback";

/** The service writes predictions in batches: a count taken at once would lack the newest one. */
const TALLY_AFTER_MS = 1_000;

export interface FailedLabel {
  readonly label: Label | null;
  readonly failure: Failure;
  /** It was meant for a drawing before this one. */
  readonly isOfOlder: boolean;
}

export interface FeedbackHandle {
  /** The drawing has been answered and is kept, so that it can be labelled. */
  readonly isOffered: boolean;
  readonly label: Label | null;
  /** Whether each model was right, by name; empty without a label. */
  readonly rightness: ReadonlyMap<string, boolean>;
  readonly isSaving: boolean;
  readonly failed: FailedLabel | null;
  readonly tally: Tally | null;
  readonly give: (label: Label | null) => void;
  readonly giveAgain: () => void;
}

/** The label of the drawing with these results, which its maker gives. */
export function useFeedback(results: readonly Prediction[] | null): FeedbackHandle {
  const client = useQueryClient();
  const id = keptId(results);
  const labelled = useQuery<Labelled>({
    queryKey: [MINE, "label", id],
    queryFn: skipToken, // there is what was sent from here
    gcTime: Infinity,
  });
  const counted = useSettled(id, TALLY_AFTER_MS);
  const tally = useQuery({
    queryKey: [MINE, "tally", counted],
    queryFn: counted === null ? skipToken : ({ signal }) => readTally(signal),
    placeholderData: keepPreviousData,
  });
  const sending = useMutation({
    // one after the other, so that the last tap is what stays
    scope: { id: "label" },
    mutationFn: (sent: { readonly id: string; readonly label: Label | null }) =>
      sendLabel(sent.id, sent.label),
    onSuccess: (kept, sent) => {
      client.setQueryData([MINE, "label", sent.id], kept);
      return client.invalidateQueries({ queryKey: [MINE] });
    },
  });

  const { variables: sent, error, mutate } = sending;
  const kept = labelled.data;
  return {
    isOffered: id !== null,
    label: kept?.true_label ?? null,
    rightness: new Map(
      kept?.results.flatMap(({ model, is_right }): [string, boolean][] =>
        is_right === null ? [] : [[model, is_right]],
      ),
    ),
    isSaving: sending.isPending,
    failed:
      error !== null
        ? { label: sent.label, failure: toFailure(error), isOfOlder: sent.id !== id }
        : null,
    tally: tally.data ?? null,
    give: (label) => {
      if (id !== null) mutate({ id, label });
    },
    giveAgain: () => {
      if (sent) mutate(sent);
    },
  };
}
