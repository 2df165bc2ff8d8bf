import type { ReactNode } from "react";
import type { Prediction, Read } from "../../shared/api/types";
import type { ModelWithPrediction } from "../models/modelWithPrediction";
import { failureText } from "../../shared/api/failureText";
import type { Failed } from "../../shared/api/loaded";
import { Notice } from "../../shared/ui/Notice";
import { chosenDigit, isUnsure } from "./reading";
import { areDigits, areShort, nameOfClass } from "../../shared/lib/classes";
import { ProbabilityNumbers } from "./ProbabilityNumbers";
import { ProbabilityPie } from "./ProbabilityPie";
import { percent, verdictText } from "./format";
import type { PredictionState } from "./prediction";

interface AnswerProps {
  readonly state: PredictionState;
  readonly model: ModelWithPrediction | null;
  /** What to say of an answer that may still change: that it is being read, or is provisional. */
  readonly note: string | null;
  readonly isDimmed: boolean;
  /** Of several digits, the one whose probabilities are shown. */
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
  readonly onRetry: () => void;
  readonly onClear: () => void;
  /** Stands below the verdict. */
  readonly children?: ReactNode;
}

/** The chosen model's answer. All its parts keep their places, whatever the answer is. */
export function Answer(props: AnswerProps) {
  const { state, model, note, isDimmed, chosen, onChoose, onRetry, onClear, children } = props;
  const prediction = model?.prediction ?? null;
  return (
    <section
      aria-labelledby="answer-heading"
      aria-busy={state.phase === "predicting"}
      data-phase={state.phase}
      data-testid="answer"
      className="@container"
    >
      <div className="flex min-h-6 items-baseline justify-between gap-3 wide:min-h-11 wide:items-center">
        <h2 id="answer-heading" className="eyebrow">
          {model ? `The answer of: ${model.title}` : "The answer"}
        </h2>
        {note !== null && <p className="shrink-0 text-sm text-soft">{note}</p>}
      </div>
      {state.phase === "failed" ? (
        <FailureNotice failed={state} onRetry={onRetry} onClear={onClear} />
      ) : (
        <div className={`answer-grid transition-opacity ${isDimmed ? "opacity-60" : ""}`}>
          {prediction ? (
            <Verdict prediction={prediction} onChoose={onChoose} />
          ) : (
            <div className="answer-verdict">{state.phase === "empty" && <Invitation />}</div>
          )}
          <Probabilities prediction={prediction} chosen={chosen} />
          <div className="answer-more">{children}</div>
        </div>
      )}
    </section>
  );
}

function Invitation() {
  return (
    <div data-testid="notice">
      <p className="text-lg font-semibold">
        {areDigits() ? "Draw a digit, 0 to 9" : "Draw something, or open a picture"}
      </p>
      <p className="text-sm/snug text-soft">
        With a finger, a pen or the mouse. Or open, paste or drop a picture.
      </p>
    </div>
  );
}

interface VerdictProps {
  readonly prediction: Prediction;
  readonly onChoose: (index: number) => void;
}

function Verdict({ prediction, onChoose }: VerdictProps) {
  const { read } = prediction;
  const isDigit = prediction.verdict !== "not_a_digit";
  const isDoubtful = isUnsure(prediction) || !isDigit;
  return (
    <div className="answer-verdict flex items-center gap-3 @sm:gap-5">
      {read ? (
        <NumberRead read={read} onChoose={onChoose} />
      ) : (
        <p
          data-testid="digit"
          className={`leading-[0.95] font-bold tracking-tight ${areShort() ? `min-w-[0.62em] shrink-0 ${isDigit ? "text-[5.25rem] @sm:text-[7rem]" : "text-[3.5rem]"}` : "max-w-[60%] text-2xl break-words"} ${isDigit ? "text-accent" : "text-soft"}`}
        >
          {nameOfClass(prediction.digit)}
        </p>
      )}
      <div className="min-w-0">
        {isDigit && (
          <p data-testid="confidence" className="text-2xl font-semibold">
            {percent(read?.confidence ?? prediction.confidence)}
          </p>
        )}
        <p
          data-testid="verdict"
          className={`leading-tight text-balance ${isDoubtful ? "font-semibold text-warn" : "text-soft"}`}
        >
          {verdictText(prediction)}
        </p>
      </div>
    </div>
  );
}

/** In type as large as the longest line allows, when the lines stand below each other. */
function sizeOf({ lines }: Read): string {
  const longest = Math.max(...lines.map((line) => line.length), 2 * (lines.length - 1));
  if (longest <= 2)
    return lines.length === 1 ? "text-[4.5rem]" : "text-[2.75rem] @sm:text-[3.5rem]";
  if (longest <= 4) return "text-[2.5rem] @sm:text-[3rem]";
  return longest <= 6 ? "text-3xl" : "text-xl";
}

interface NumberReadProps {
  readonly read: Read;
  readonly onChoose: (index: number) => void;
}

/**
 * A finger chooses a digit of a number here, since in the field it draws; the keyboard reaches the
 * boxes there.
 */
function NumberRead({ read, onChoose }: NumberReadProps) {
  return (
    <p
      data-testid="digit"
      className={`shrink-0 leading-none font-bold tracking-tight text-accent ${sizeOf(read)}`}
    >
      {read.lines.map((line, i) => (
        <span key={i} className="block max-w-[10ch] break-all">
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
  );
}

/** The probabilities of the only digit, or of the chosen one of several; and what was seen. */
function Probabilities({ prediction, chosen }: { prediction: Prediction | null; chosen: number }) {
  const digits = prediction?.read?.digits ?? [];
  const choice = chosenDigit(digits, chosen);
  const answer = choice?.digit ?? prediction;
  const muted = prediction?.verdict === "not_a_digit" ? "grayscale" : "";
  return (
    <>
      <div className={`answer-pie ${muted && "opacity-60 grayscale"}`}>
        <ProbabilityPie probabilities={answer?.probabilities ?? null} />
      </div>
      <div className="answer-numbers">
        {choice ? (
          <p className="mb-1.5 min-h-[2lh] text-sm leading-tight">
            <span data-testid="chosen-digit" className="block font-semibold">
              {`Digit ${choice.index + 1} of ${digits.length}: ${nameOfClass(choice.digit.digit)}, ${percent(choice.digit.confidence)}`}
            </span>
            <span className={choice.digit.verdict === "unsure" ? "text-warn" : "text-soft"}>
              {verdictText(choice.digit)}
            </span>
          </p>
        ) : (
          <p className="mb-1.5 min-h-[2lh] text-sm leading-tight text-soft">
            {areDigits()
              ? "How likely each digit is, if it is one."
              : "How likely each class is, if it is one of them."}
          </p>
        )}
        <div className={muted}>
          <ProbabilityNumbers
            probabilities={answer?.probabilities ?? null}
            digit={answer?.digit ?? null}
          />
        </div>
      </div>
      <figure className="answer-seen text-center">
        {prediction ? (
          <img
            src={prediction.preprocessing.image}
            alt="The drawing cut out, centred and scaled to 28 by 28 pixels"
            width={84}
            height={84}
            className="mx-auto size-21 rounded-lg border border-line [image-rendering:pixelated]"
          />
        ) : (
          <div className="mx-auto size-21 rounded-lg border border-line" />
        )}
        <figcaption className="mt-1 text-xs leading-tight text-soft">What it saw</figcaption>
      </figure>
    </>
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
