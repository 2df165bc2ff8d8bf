import type { Prediction } from "../../shared/api/types";
import type { ModelWithPrediction } from "../models/modelWithPrediction";
import { failureText } from "../../shared/api/failureText";
import type { Failed } from "../../shared/api/loaded";
import { Notice } from "../../shared/ui/Notice";
import { PieFigure } from "./PieFigure";
import { ProbabilityTable } from "./ProbabilityTable";
import { percent, verdictText } from "./format";
import type { PredictionState } from "./prediction";

interface AnswerProps {
  readonly state: PredictionState;
  readonly model: ModelWithPrediction | null;
  /** The prediction takes long enough to say so. */
  readonly isWaiting: boolean;
  readonly onRetry: () => void;
  readonly onClear: () => void;
}

export function Answer({ state, model, isWaiting, onRetry, onClear }: AnswerProps) {
  const prediction = model?.prediction ?? null;
  return (
    <section
      aria-labelledby="answer-heading"
      aria-busy={state.phase === "predicting"}
      data-phase={state.phase}
      data-testid="answer"
    >
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <h2 id="answer-heading" className="eyebrow">
          {prediction && model ? `The answer of: ${model.title}` : "The answer"}
        </h2>
        {isWaiting && <p className="text-sm text-soft">Reading…</p>}
      </div>
      {state.phase === "failed" ? (
        <FailureNotice failed={state} onRetry={onRetry} onClear={onClear} />
      ) : prediction ? (
        <div className={isWaiting ? "opacity-60" : ""}>
          <Verdict prediction={prediction} />
          <div className="mt-5 grid grid-cols-1 gap-5">
            <PieFigure probabilities={prediction.probabilities} />
            <ProbabilityTable probabilities={prediction.probabilities} digit={prediction.digit} />
          </div>
        </div>
      ) : (
        <Notice title="Draw a digit, 0 to 9">
          <p>
            Use a finger, a pen or the mouse. The answer appears when you lift it. You can also
            open, paste or drop a picture.
          </p>
        </Notice>
      )}
    </section>
  );
}

function Verdict({ prediction }: { prediction: Prediction }) {
  const unsure = prediction.verdict === "unsure";
  return (
    <div className="flex items-center gap-5">
      <p
        data-testid="digit"
        className="min-w-[0.62em] text-[7.5rem] leading-[0.95] font-bold tracking-tight text-accent"
      >
        {prediction.digit}
      </p>
      <div className="grow">
        <p data-testid="confidence" className="text-2xl font-semibold">
          {percent(prediction.confidence)}
        </p>
        <p data-testid="verdict" className={unsure ? "font-semibold text-warn" : "text-soft"}>
          {verdictText(prediction)}
        </p>
      </div>
      <figure className="w-21 shrink-0 text-center">
        <img
          src={prediction.preprocessing.image}
          alt="The drawing cut out, centred and scaled to 28 by 28 pixels"
          width={84}
          height={84}
          className="rounded-lg border border-line [image-rendering:pixelated]"
        />
        <figcaption className="mt-1 text-xs leading-tight text-soft">What it saw</figcaption>
      </figure>
    </div>
  );
}

interface FailureNoticeProps {
  readonly failed: Failed;
  readonly onRetry: () => void;
  readonly onClear: () => void;
}

function FailureNotice({ failed, onRetry, onClear }: FailureNoticeProps) {
  const text = failureText(failed.failure, failed.retryInMs);
  const action = text.retry
    ? { label: "Try again", onPress: onRetry }
    : { label: "Clear the field", onPress: onClear };
  return (
    <Notice title={text.title} tone="warn" action={action}>
      <p>{text.detail}</p>
    </Notice>
  );
}
