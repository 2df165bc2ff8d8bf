import type { StyledModel } from "../../features/figures/plot";
import { Answers } from "../../features/keptDrawings/Answers";
import { timeText } from "../../features/keptDrawings/answerText";
import { Thumbnail } from "../../features/keptDrawings/Thumbnail";
import { labelPhrase } from "../../features/labels/label";
import { LabelButtons } from "../../features/labels/LabelButtons";
import { decisionWord, type Decision, type ReviewItem } from "./review";
import { areDigits, areShort, nameOfClass } from "../../shared/lib/classes";

interface ReviewPanelProps {
  readonly item: ReviewItem;
  readonly place: number;
  readonly of: number;
  /** How many reviewers must agree. */
  readonly required: number;
  /** What this reviewer has said. */
  readonly decision: Decision | null;
  /** Why what was said could not be kept. */
  readonly complaint: string | null;
  readonly models: readonly StyledModel[];
  readonly canTakeBack: boolean;
  readonly onDecide: (decision: Decision) => void;
  readonly onTakeBack: () => void;
}

/** The chosen drawing, what was said of it, and a button for every decision. */
export function ReviewPanel(props: ReviewPanelProps) {
  const { item, place, of, required, decision, complaint, models } = props;
  const { canTakeBack, onDecide, onTakeBack } = props;
  const { true_label: label, reviews } = item;
  return (
    <section
      aria-label="The chosen drawing"
      data-testid="review-panel"
      // on a phone it stays in reach of the thumb, below the grid
      className="-mx-3 grid gap-3 border-t border-line bg-ground px-3 py-3 max-lg:sticky max-lg:bottom-0 sm:mx-0 sm:px-0 lg:sticky lg:top-4 lg:rounded-2xl lg:border lg:bg-paper lg:p-4"
    >
      <div className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-4 gap-y-3">
        <div className="row-span-2 max-lg:w-20 lg:row-span-1">
          <Thumbnail image={item.image} alt="The chosen drawing" side={112} />
        </div>
        <div className="min-w-0">
          <p className="text-sm text-soft">
            Drawing {place} of {of}
            <span className="lg:hidden">: {readings(item)}</span>
          </p>
          <p className="leading-snug font-semibold lg:text-lg">Labelled as {labelPhrase(label)}</p>
          <div className="max-lg:hidden">
            <Answers results={item.results} models={models} />
          </div>
        </div>
        <button
          type="button"
          className="button button-primary col-start-2 lg:col-span-2 lg:col-start-1"
          onClick={() => {
            onDecide(label);
          }}
        >
          Right: it is {labelPhrase(label)}
        </button>
      </div>
      {reviews.length > 0 && (
        <ul data-testid="reviews" className="text-sm">
          {reviews.map(({ by, decision: theirs, decided_at }) => (
            <li key={by} className="break-words">
              <span className="font-semibold">{by}</span>: {decisionWord(theirs)}
              <span className="text-soft">, {timeText(decided_at)}</span>
            </li>
          ))}
        </ul>
      )}
      {required > 1 && <p className="text-sm text-soft">{required} reviewers must say the same.</p>}
      {complaint !== null && (
        <p role="alert" className="text-sm font-semibold text-warn">
          {complaint}
        </p>
      )}
      <div className="grid gap-1">
        <LabelButtons
          legend="What it is"
          chosen={decision === "disagree" || decision === "skip" ? null : decision}
          onChoose={onDecide}
        />
        <div className="grid grid-cols-3 gap-1">
          <button
            type="button"
            className="button px-1 aria-pressed:border-accent aria-pressed:bg-wash"
            aria-pressed={decision === "disagree"}
            onClick={() => {
              onDecide("disagree");
            }}
          >
            Disagree
          </button>
          <button
            type="button"
            className="button px-1 aria-pressed:border-accent aria-pressed:bg-wash"
            aria-pressed={decision === "skip"}
            onClick={() => {
              onDecide("skip");
            }}
          >
            Skip
          </button>
          <button
            type="button"
            className="button px-1"
            aria-disabled={!canTakeBack}
            onClick={canTakeBack ? onTakeBack : undefined}
          >
            Take back
          </button>
        </div>
      </div>
      <p className="hidden text-sm text-soft pointer-fine:block">
        Keys: {areDigits() && "0 to 9 decide, "}Enter agrees, N{" "}
        {areDigits() ? "no digit" : "none of these"}, M several, X disagree, S skip, U takes back,
        arrows move.
      </p>
    </section>
  );
}

/** "read as 4 4 9 4 4 4": short, for a phone. */
function readings({ results }: ReviewItem): string {
  const read = results.map(({ predicted_digit, verdict }) =>
    verdict === "not_a_digit"
      ? "none"
      : verdict === "several"
        ? "several"
        : nameOfClass(predicted_digit),
  );
  return `read as ${read.join(areShort() ? " " : ", ")}`;
}
