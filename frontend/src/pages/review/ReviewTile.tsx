import { Thumbnail } from "../../features/keptDrawings/Thumbnail";
import { labelPhrase } from "../../features/labels/label";
import { decisionWord, type Decision, type ReviewItem } from "./review";

interface ReviewTileProps {
  readonly id: string;
  /** Counted from 1. */
  readonly place: number;
  readonly item: ReviewItem;
  /** What this reviewer has said. */
  readonly decision: Decision | null;
  readonly isChosen: boolean;
  readonly hasFailed: boolean;
  readonly onChoose: (id: string) => void;
}

/** A drawing of the grid; the one that is chosen takes the focus. */
export function ReviewTile(props: ReviewTileProps) {
  const { id, place, item, decision, isChosen, hasFailed, onChoose } = props;
  const { true_label: label } = item;
  const word = decision === null ? null : decisionWord(decision);
  return (
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      tabIndex={isChosen ? 0 : -1}
      data-testid="review-tile"
      className="grid cursor-pointer scroll-my-4 justify-items-center gap-1 rounded-xl border border-line bg-paper px-1 py-2 outline-offset-1 aria-selected:border-accent aria-selected:outline-3 aria-selected:outline-accent max-lg:scroll-mb-80"
      onFocus={() => {
        onChoose(item.id);
      }}
    >
      <Thumbnail image={item.image} alt="" side={84} />
      <span className="text-sm text-soft">
        <span className="sr-only">Drawing {place}, labelled as </span>
        {labelPhrase(label)}
      </span>
      <span
        className={`min-h-5 text-[0.8125rem] font-semibold whitespace-nowrap ${hasFailed ? "text-warn" : decision === label ? "text-accent" : ""}`}
      >
        {hasFailed ? (
          "Not kept"
        ) : word !== null ? (
          <>
            <span className="sr-only">you say </span>
            <span aria-hidden="true">→ </span>
            {word}
          </>
        ) : (
          item.decision === "conflict" && "Conflict"
        )}
      </span>
    </div>
  );
}
