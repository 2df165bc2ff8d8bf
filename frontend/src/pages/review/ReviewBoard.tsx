import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { styledModels } from "../../features/models/styledModels";
import { useModels } from "../../features/models/useModels";
import { toFailure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";
import { useKeyActions } from "../../shared/lib/useKeyActions";
import {
  decide,
  decisionWord,
  nextOpen,
  ownDecision,
  reviewQuery,
  withItem,
  type Decision,
  type ReviewItem,
  type ReviewList,
  type ReviewState,
} from "./review";
import { placeAfterKey, reviewAction, type ReviewAction } from "./reviewKeys";
import { ReviewPanel } from "./ReviewPanel";
import { ReviewTile } from "./ReviewTile";

interface ReviewBoardProps {
  readonly list: ReviewList;
  readonly state: ReviewState;
  /** Of the reviewer. */
  readonly name: string;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

interface Sent {
  readonly id: string;
  readonly decision: Decision | null;
}

/**
 * The drawings as a grid of which one is chosen, and what can be said of it. A decision shows at
 * once and is sent behind it; where it could not be kept, the drawing says so.
 */
export function ReviewBoard({ list, state, name, isLoading, onMore }: ReviewBoardProps) {
  const { items } = list;
  const client = useQueryClient();
  const served = useModels().models;
  const models = useMemo(
    () =>
      styledModels(
        served,
        items.flatMap(({ results }) => results.map(({ model }) => model)),
      ),
    [served, items],
  );
  const grid = useRef<HTMLDivElement>(null);
  const [chosenId, setChosenId] = useState(items[0]?.id ?? "");
  const [taken, setTaken] = useState<readonly string[]>([]);
  // what was said here, whether it has been kept yet or not
  const [said, setSaid] = useState<ReadonlyMap<string, Decision | null>>(new Map());
  const [complaints, setComplaints] = useState<ReadonlyMap<string, string>>(new Map());

  const place = Math.max(
    0,
    items.findIndex(({ id }) => id === chosenId),
  );
  const chosen = items[place];
  const decisionOf = (item: ReviewItem) => {
    const here = said.get(item.id);
    return here === undefined ? ownDecision(item, name) : here;
  };
  const left = items.filter((item) => decisionOf(item) === null).length;

  const { mutate, isPending } = useMutation({
    mutationFn: ({ id, decision }: Sent) => decide(id, decision),
    // one after the other, so that the last word on a drawing is the last one kept
    scope: { id: "review" },
    onSuccess: (item) => {
      client.setQueryData(reviewQuery(state).queryKey, (old) => old && withItem(old, item, name));
    },
    onError: (error, { id }) => {
      const { title, detail } = failureText(toFailure(error), null, "drawings");
      setSaid((old) => without(old, id));
      setComplaints((old) => new Map(old).set(id, `Not kept. ${title}. ${detail}`));
    },
  });

  const say = useCallback(
    (id: string, decision: Decision | null) => {
      setSaid((old) => new Map(old).set(id, decision));
      setComplaints((old) => without(old, id));
      mutate({ id, decision });
    },
    [mutate],
  );
  const decideChosen = (decision: Decision) => {
    if (!chosen) return;
    say(chosen.id, decision);
    setTaken((old) => [...old.filter((id) => id !== chosen.id), chosen.id]);
    const decided = (id: string) =>
      items.some((item) => item.id === id && decisionOf(item) !== null);
    setChosenId(nextOpen(items, place, decided) ?? chosen.id);
  };
  const takeBack = () => {
    const last = taken.at(-1);
    if (last === undefined) return;
    setTaken(taken.slice(0, -1));
    say(last, null);
    setChosenId(last);
  };
  const act = (action: ReviewAction) => {
    if (action.kind === "take-back") takeBack();
    else if (action.kind === "decide") decideChosen(action.decision);
    else if (chosen) decideChosen(chosen.true_label);
  };
  useKeyActions(reviewAction, act);

  useEffect(() => {
    const { activeElement } = document;
    const tile = document.getElementById(tileId(chosenId));
    tile?.scrollIntoView({ block: "nearest" });
    // a finger or a mouse on the panel keeps the focus there; the link to this page does not, or
    // Enter would follow it again
    if (activeElement === document.body || activeElement?.closest("nav, [role=listbox]")) {
      tile?.focus({ preventScroll: true });
    }
  }, [chosenId]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = placeAfterKey(place, event.key, items.length, columnsOf(grid.current));
    if (next === null) return;
    event.preventDefault();
    setChosenId(items[next]?.id ?? chosenId);
  };

  if (!chosen) return null;
  return (
    <div className="grid items-start gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div>
        <div className="mb-3 flex items-center gap-3 text-sm text-soft">
          <progress
            aria-label="Decided of these drawings"
            className="h-2 w-40 grow accent-(--accent) sm:grow-0"
            max={items.length}
            value={items.length - left}
          />
          <p>
            {items.length - left} of {items.length} here
          </p>
        </div>
        <div
          ref={grid}
          role="listbox"
          aria-label="Drawings to review"
          aria-orientation="horizontal"
          tabIndex={-1}
          className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-2"
          onKeyDown={onKeyDown}
        >
          {items.map((item, i) => (
            <ReviewTile
              key={item.id}
              id={tileId(item.id)}
              place={i + 1}
              item={item}
              decision={decisionOf(item)}
              isChosen={item === chosen}
              hasFailed={complaints.has(item.id)}
              onChoose={setChosenId}
            />
          ))}
        </div>
        {left === 0 && state !== "decided" && (
          <button
            type="button"
            className="button button-primary mt-4"
            // before the last decision is kept, its drawing would be the next again
            aria-disabled={isPending || isLoading}
            onClick={isPending || isLoading ? undefined : onMore}
          >
            {isPending ? "Keeping…" : isLoading ? "Loading…" : "Next drawings"}
          </button>
        )}
      </div>
      <ReviewPanel
        item={chosen}
        place={place + 1}
        of={items.length}
        required={list.required}
        decision={decisionOf(chosen)}
        complaint={complaints.get(chosen.id) ?? null}
        models={models}
        canTakeBack={taken.length > 0}
        onDecide={decideChosen}
        onTakeBack={takeBack}
      />
      <p role="status" className="sr-only">
        {taken.length > 0 && spoken(items, taken.at(-1), decisionOf, left)}
      </p>
    </div>
  );
}

function tileId(id: string): string {
  return `review-${id}`;
}

/** How many tiles stand in the first row. */
function columnsOf(grid: HTMLElement | null): number {
  const tiles = [...(grid?.children ?? [])] as HTMLElement[];
  return Math.max(1, tiles.filter(({ offsetTop }) => offsetTop === tiles[0]?.offsetTop).length);
}

function without<T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  return new Map([...map].filter(([key]) => key !== id));
}

function spoken(
  items: readonly ReviewItem[],
  id: string | undefined,
  decisionOf: (item: ReviewItem) => Decision | null,
  left: number,
): string {
  const item = items.find((one) => one.id === id);
  const decision = item ? decisionOf(item) : null;
  return decision === null ? "" : `${decisionWord(decision)}; ${left} left.`;
}
