import { useRef } from "react";
import type { Label } from "../../shared/api/kept";
import type { Prediction } from "../../shared/api/types";
import { areShort, useClassNames } from "../../shared/lib/classes";
import { labels, labelPhrase, labelText } from "../labels/label";
import { answeredLabel, labelFailure, tallyText } from "./feedback";
import type { FailedLabel, FeedbackHandle } from "./useFeedback";

interface FeedbackRowProps {
  readonly feedback: FeedbackHandle;
  /** The answer that "Right" confirms. */
  readonly prediction: Prediction;
  /** The drawing has changed since: its answer is still to come. */
  readonly isOutdated: boolean;
  /** By name, in ladder order. */
  readonly titles: ReadonlyMap<string, string>;
}

/** Asks what was drawn. It keeps its size in every state, so that nothing around it moves. */
export function FeedbackRow({ feedback, prediction, isOutdated, titles }: FeedbackRowProps) {
  const { label, failed, tally } = feedback;
  useClassNames();
  const right = useRef<HTMLButtonElement>(null);
  const answered = answeredLabel(prediction);
  const choice = (of: Label) => ({
    isPressed: label === of,
    isInert: isOutdated,
    onPress: () => {
      feedback.give(of);
    },
  });
  const labelled = label === null ? null : `Labelled as ${labelPhrase(label)}`;
  return (
    <section
      aria-label="Was it right?"
      data-testid="feedback"
      data-label={label}
      className={`@container my-3 transition-opacity print:hidden ${isOutdated ? "opacity-50" : ""}`}
    >
      <div className="mb-1.5 flex items-center justify-between gap-2">
        <p data-testid="labelled" className="grow leading-tight font-semibold">
          {labelled ?? "Was it right?"}
        </p>
        <button
          type="button"
          className={`button ${label === null ? "invisible" : ""}`}
          onClick={() => {
            feedback.give(null);
            right.current?.focus(); // this button is about to go
          }}
        >
          Undo <span className="sr-only">the label</span>
        </button>
        <LabelButton ref={right} {...choice(answered)} className="px-3">
          <svg viewBox="0 0 20 20" className="size-4 shrink-0" aria-hidden="true">
            <path d="M4 10.5l4 4 8-9" fill="none" stroke="currentColor" strokeWidth="2.4" />
          </svg>
          Right <span className="sr-only">({labelText(answered)})</span>
        </LabelButton>
      </div>
      <div
        role="group"
        aria-label="No, it is:"
        className={`grid gap-1 ${areShort() ? "grid-cols-6 @xl:grid-cols-12" : "max-h-40 grid-cols-3 overflow-y-auto @xl:grid-cols-5"}`}
      >
        {labels().map((each) => (
          <LabelButton
            key={each}
            {...choice(each)}
            className={`px-0 ${!areShort() ? "text-xs/tight [overflow-wrap:anywhere]" : typeof each === "number" ? "text-lg" : "text-xs/tight"}`}
          >
            {labelText(each)}
          </LabelButton>
        ))}
      </div>
      <div className="mt-1.5 min-h-[2lh] text-sm text-soft">
        {failed ? (
          <FailureLine failed={failed} onRetry={feedback.giveAgain} />
        ) : (
          <p data-testid="tally">{tally && tallyText(tally, titles)}</p>
        )}
      </div>
      <p role="status" className="sr-only">
        {labelled}
      </p>
    </section>
  );
}

interface LabelButtonProps {
  readonly ref?: React.Ref<HTMLButtonElement>;
  readonly isPressed: boolean;
  readonly isInert: boolean;
  readonly onPress: () => void;
  readonly className: string;
  readonly children: React.ReactNode;
}

/** Stays focusable while the next answer is on its way, so the keyboard's place is not lost. */
function LabelButton(props: LabelButtonProps) {
  const { ref, isPressed, isInert, onPress, className, children } = props;
  return (
    <button
      ref={ref}
      type="button"
      aria-pressed={isPressed}
      aria-disabled={isInert}
      className={`button text-center aria-pressed:border-accent aria-pressed:bg-wash ${className}`}
      onClick={isInert ? undefined : onPress}
    >
      {children}
    </button>
  );
}

function FailureLine({ failed, onRetry }: { failed: FailedLabel; onRetry: () => void }) {
  const { text, retry } = labelFailure(failed.failure);
  const what = failed.label === null ? "The label was not taken back" : "The label was not kept";
  return (
    <div role="alert" className="text-warn">
      <p>{`${what}${failed.isOfOlder ? " for the drawing before" : ""}. ${text}`}</p>
      {retry && (
        <button
          type="button"
          className="inline-flex min-h-11 min-w-11 cursor-pointer items-center underline underline-offset-4"
          onClick={onRetry}
        >
          Send it again
        </button>
      )}
    </div>
  );
}
