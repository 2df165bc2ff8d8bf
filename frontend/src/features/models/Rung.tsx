import { useId } from "react";
import { areDigits, areShort } from "../../shared/lib/classes";
import { percent } from "../prediction/format";
import { isUnsure, readingText } from "../prediction/reading";
import { accuracyText, shortTitle, type ModelWithPrediction } from "./modelWithPrediction";
import { ProbabilityBars } from "./ProbabilityBars";

interface RungProps {
  readonly model: ModelWithPrediction;
  readonly isChosen: boolean;
  /** Shows what it adds, its accuracy and its ten probabilities. */
  readonly isOpen: boolean;
  readonly isDimmed: boolean;
  /** Most models read something else. */
  readonly disagrees: boolean;
  /** Null while the drawing has no label. */
  readonly isRight: boolean | null;
  readonly onChoose: (name: string) => void;
}

/** One rung: number, name, digit and certainty, in a row of a fixed height. */
export function Rung(props: RungProps) {
  const { model, isChosen, isOpen, isDimmed, disagrees, isRight, onChoose } = props;
  const { prediction } = model;
  const id = useId();
  const choose = () => {
    onChoose(model.name);
  };
  return (
    <label
      data-testid="model"
      data-model={model.name}
      title={model.title}
      className={`rung group rounded-xl transition-colors hover:bg-paper has-checked:bg-wash has-focus-visible:outline-3 has-focus-visible:outline-accent ${areShort() ? "" : "rung-named"}`}
    >
      <input
        type="radio"
        name="model"
        value={model.name}
        checked={isChosen}
        onChange={choose}
        onClick={choose} // a click on the default model puts it into the link
        className="sr-only"
        aria-label={model.title}
        aria-describedby={`${id}-about ${id}-reading`}
      />
      <span
        aria-hidden="true"
        className="rung-step group-has-checked:border-accent group-has-checked:bg-accent group-has-checked:text-on-accent"
      >
        {model.step}
      </span>
      <span className="rung-name line-clamp-2 text-xs/[1.15] font-semibold tablet:text-sm/[1.2] xl:text-[0.9375rem]/[1.2]">
        {shortTitle(model.title)}
      </span>
      <span id={`${id}-reading`} className={`contents ${isDimmed ? "*:opacity-60" : ""}`}>
        {prediction && <Reading {...{ prediction, disagrees, isRight }} />}
      </span>
      <span
        id={`${id}-about`}
        className={isOpen ? "rung-about flex items-end gap-4 pb-2.5" : "sr-only"}
      >
        <span className="grow text-sm/snug text-soft">
          {model.adds && <span className="block">{model.adds}</span>}
          {model.accuracy !== null && (
            <span className="block">
              {accuracyText(model.accuracy)} accurate{model.isDefault && ", the default"}
            </span>
          )}
        </span>
        {isOpen && prediction && !prediction.read && (
          <ProbabilityBars probabilities={prediction.probabilities} digit={prediction.digit} />
        )}
      </span>
    </label>
  );
}

type ReadingProps = Pick<RungProps, "disagrees" | "isRight"> & {
  readonly prediction: NonNullable<ModelWithPrediction["prediction"]>;
};

/** What it reads, and how certainly; a dissent stands out by its dark box and its sign. */
function Reading({ prediction, disagrees, isRight }: ReadingProps) {
  const isDigit = prediction.verdict !== "not_a_digit";
  const text = readingText(prediction);
  const size = !areShort()
    ? "line-clamp-2 text-[0.6875rem] [overflow-wrap:anywhere] tablet:text-xs"
    : text.length === 1
      ? "text-2xl tablet:text-[1.75rem]"
      : text.length <= 4
        ? "text-base tablet:text-xl"
        : text.length <= 7
          ? "text-[0.6875rem] whitespace-nowrap tablet:text-[0.8125rem]"
          : "line-clamp-2 text-[0.625rem] [overflow-wrap:anywhere] tablet:text-xs";
  return (
    <>
      <span className="rung-digit relative grid place-items-center transition-opacity">
        <span
          data-testid="model-digit"
          className={`rounded-lg border-2 text-center leading-none font-bold ${text.length === 1 ? "min-w-8 tablet:min-w-10 tablet:py-1" : "px-0.5 py-1"} ${size} ${disagrees ? "border-ink bg-ink text-ground" : isDigit ? "border-transparent" : "border-transparent text-soft"}`}
        >
          {text}
        </span>
        {isRight !== null && <Mark isRight={isRight} />}
      </span>{" "}
      <span className="rung-share text-xs/3.5 whitespace-nowrap text-soft transition-opacity tablet:text-[0.9375rem]/5">
        {isDigit
          ? percent(prediction.read?.confidence ?? prediction.confidence)
          : areDigits()
            ? "No digit"
            : "None"}
      </span>{" "}
      <span className="rung-state text-[0.6875rem]/3.5 whitespace-nowrap transition-opacity tablet:text-xs/3.5">
        {isUnsure(prediction) ? (
          <span className="block font-semibold text-warn">Not sure</span>
        ) : (
          isDigit && !disagrees && <span className="text-soft">Sure</span>
        )}{" "}
        {disagrees && (
          // a phone has one line for it: there the dark box says it
          <span className={`block font-bold ${isUnsure(prediction) ? "max-tablet:sr-only" : ""}`}>
            Disagrees
          </span>
        )}
      </span>
    </>
  );
}

/** Lies over the edge of the digit's box, so that it needs no room of its own. */
function Mark({ isRight }: { isRight: boolean }) {
  return (
    <span
      data-testid="mark"
      className={`absolute -top-1 right-0 z-1 inline-flex items-center gap-0.5 rounded-full border p-0.5 text-[0.6875rem]/3.5 font-semibold tablet:-top-3 tablet:right-auto tablet:left-1/2 tablet:-translate-x-1/2 tablet:px-1.5 tablet:py-0 ${isRight ? "border-accent bg-wash text-accent" : "border-warn bg-warn-wash text-warn"}`}
    >
      <svg viewBox="0 0 12 12" className="size-2.5" aria-hidden="true">
        <path
          d={isRight ? "M1.5 6.5l3 3 6-7" : "M2 2l8 8M10 2l-8 8"}
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
        />
      </svg>
      <span className="max-tablet:sr-only">{isRight ? "Right" : "Wrong"}</span>
    </span>
  );
}
