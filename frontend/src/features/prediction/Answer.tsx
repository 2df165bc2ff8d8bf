import type { ReactNode } from "react";
import type { Prediction, Read } from "../../shared/api/types";
import type { ModelWithPrediction } from "../models/modelWithPrediction";
import { failureText } from "../../shared/api/failureText";
import type { Failed } from "../../shared/api/loaded";
import { Notice } from "../../shared/ui/Notice";
import { chosenDigit, isUnsure } from "./reading";
import { VerdictTip } from "./VerdictTip";
import { PieFigure } from "./PieFigure";
import { ProbabilityTable } from "./ProbabilityTable";
import { percent, verdictText } from "./format";
import type { PredictionState } from "./prediction";

interface AnswerProps {
  readonly state: PredictionState;
  readonly model: ModelWithPrediction | null;
  /** The prediction takes long enough to say so. */
  readonly isWaiting: boolean;
  /** Of several digits, the one whose probabilities are shown. */
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
  readonly onRetry: () => void;
  readonly onClear: () => void;
  /** Stands below the verdict. */
  readonly children?: ReactNode;
}

export function Answer(props: AnswerProps) {
  const { state, model, isWaiting, chosen, onChoose, onRetry, onClear, children } = props;
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
          {prediction.read ? (
            <NumberVerdict prediction={prediction} read={prediction.read} onChoose={onChoose} />
          ) : (
            <Verdict prediction={prediction} />
          )}
          {children}
          <VerdictTip threshold={model?.unsureThreshold ?? null} />
          <Probabilities prediction={prediction} chosen={chosen} />
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
  const isDigit = prediction.verdict !== "not_a_digit";
  return (
    <div className="flex items-center gap-5">
      <p
        data-testid="digit"
        className={`min-w-[0.62em] leading-[0.95] font-bold tracking-tight ${isDigit ? "text-[7.5rem] text-accent" : "text-[3.5rem] text-soft"}`}
      >
        {prediction.digit}
      </p>
      <div className="grow">
        {isDigit && (
          <p data-testid="confidence" className="text-2xl font-semibold">
            {percent(prediction.confidence)}
          </p>
        )}
        <VerdictLine prediction={prediction} />
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

interface NumberVerdictProps {
  readonly prediction: Prediction;
  readonly read: Read;
  readonly onChoose: (index: number) => void;
}

/**
 * A number in as large type as its longest line allows, its lines below each other. A finger
 * chooses a digit here, since in the field it draws; the keyboard reaches the boxes there.
 */
function NumberVerdict({ prediction, read, onChoose }: NumberVerdictProps) {
  const longest = Math.max(...read.lines.map((line) => line.length));
  const size =
    longest <= 3
      ? "text-[6rem]"
      : longest <= 5
        ? "text-[4.5rem]"
        : longest <= 10
          ? "text-5xl"
          : "text-3xl";
  return (
    <div>
      <p
        data-testid="digit"
        className={`leading-none font-bold tracking-tight break-all text-accent ${size}`}
      >
        {read.lines.map((line, i) => (
          <span key={i} className="block">
            {Array.from(line).map((digit, k) => {
              const index = k + read.lines.slice(0, i).join("").length;
              return (
                <span
                  key={index}
                  onPointerDown={() => {
                    onChoose(index);
                  }}
                >
                  {digit}
                </span>
              );
            })}
          </span>
        ))}
      </p>
      <div className="mt-2 flex items-baseline gap-3">
        <p data-testid="confidence" className="text-2xl font-semibold">
          {percent(read.confidence)}
        </p>
        <VerdictLine prediction={prediction} />
      </div>
    </div>
  );
}

function VerdictLine({ prediction }: { prediction: Prediction }) {
  const isDoubtful = isUnsure(prediction) || prediction.verdict === "not_a_digit";
  return (
    <p data-testid="verdict" className={isDoubtful ? "font-semibold text-warn" : "text-soft"}>
      {verdictText(prediction)}
    </p>
  );
}

/** The ten probabilities of the only digit, or of the chosen one of several. */
function Probabilities({ prediction, chosen }: { prediction: Prediction; chosen: number }) {
  const digits = prediction.read?.digits ?? [];
  const choice = chosenDigit(digits, chosen);
  const { probabilities, digit } = choice?.digit ?? prediction;
  const isMuted = prediction.verdict === "not_a_digit";
  return (
    <div className="mt-3 grid grid-cols-1 gap-5">
      {choice && (
        <div>
          <h3 data-testid="chosen-digit" className="font-semibold">
            {`Digit ${choice.index + 1} of ${digits.length}: ${digit}, ${percent(choice.digit.confidence)}`}
          </h3>
          <p className={choice.digit.verdict === "unsure" ? "text-warn" : "text-soft"}>
            {verdictText(choice.digit)}
          </p>
        </div>
      )}
      <PieFigure probabilities={probabilities} isMuted={isMuted} />
      <div className={isMuted ? "grayscale" : ""}>
        <ProbabilityTable probabilities={probabilities} digit={digit} />
      </div>
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
