import { useId } from "react";
import { percent } from "../prediction/format";
import { isUnsure, readingText } from "../prediction/reading";
import { accuracyText, type ModelWithPrediction } from "./modelWithPrediction";
import { ProbabilityStrip } from "./ProbabilityStrip";

interface ModelRowProps {
  readonly model: ModelWithPrediction;
  readonly isChosen: boolean;
  /** Most models read something else. */
  readonly disagrees: boolean;
  /** Null while the drawing has no label. */
  readonly isRight: boolean | null;
  readonly onChoose: (name: string) => void;
}

export function ModelRow({ model, isChosen, disagrees, isRight, onChoose }: ModelRowProps) {
  const { prediction } = model;
  const isDigit = prediction?.verdict !== "not_a_digit";
  const id = useId();
  const choose = () => {
    onChoose(model.name);
  };
  const rail = "absolute inset-y-0 w-1 bg-edge/50 group-first:top-6 group-last:bottom-6";
  return (
    <label
      data-testid="model"
      data-model={model.name}
      className="group relative grid cursor-pointer grid-cols-[3.5rem_1fr_auto] items-center gap-x-3 rounded-2xl py-3 pr-3 transition-colors hover:bg-paper has-checked:bg-wash has-focus-visible:outline-3 has-focus-visible:outline-accent @md:grid-cols-[3.5rem_1fr_auto_auto]"
    >
      <input
        type="radio"
        name="model"
        value={model.name}
        checked={isChosen}
        onChange={choose}
        onClick={choose} // a click on the default model puts it into the link
        className="sr-only"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-about ${id}-reading`}
      />
      {/* a ladder: two rails through all rows, and a rung for each row */}
      <span aria-hidden="true" className={`${rail} left-3.5`} />
      <span aria-hidden="true" className={`${rail} left-11.5`} />
      <span
        aria-hidden="true"
        className="relative col-start-1 row-start-1 ml-2 grid h-8 w-12 place-items-center rounded-full border-2 border-edge bg-ground text-sm font-bold text-soft group-has-checked:border-accent group-has-checked:bg-accent group-has-checked:text-on-accent"
      >
        {model.step}
      </span>
      <span className="col-start-2 row-start-1 min-w-0">
        <span id={`${id}-title`} className="block leading-snug font-semibold">
          {model.title}
        </span>
        <span id={`${id}-about`} className="block text-sm text-soft">
          {model.adds && <span className="block">{model.adds}</span>}
          {model.accuracy !== null && (
            <span className="block">{accuracyText(model.accuracy)} accurate</span>
          )}
        </span>
      </span>
      {prediction && (
        <>
          {!prediction.read && (
            <span
              className={`col-start-2 row-start-2 mt-2 @md:col-start-3 @md:row-start-1 @md:mt-0 ${isDigit ? "" : "grayscale"}`}
            >
              <ProbabilityStrip probabilities={prediction.probabilities} digit={prediction.digit} />
            </span>
          )}
          <span
            id={`${id}-reading`}
            className={`relative row-start-1 grid justify-items-center text-sm ${prediction.read ? "col-start-3 max-w-40 @md:col-span-2" : "col-start-3 row-span-2 w-20 @md:col-start-4 @md:row-span-1"}`}
          >
            <span
              data-testid="model-digit"
              className={`grid min-h-13 min-w-11 place-items-center rounded-xl border-2 leading-none font-bold ${prediction.read ? "px-2 text-2xl break-all" : "text-4xl"} ${isDigit ? "" : "text-soft"} ${disagrees ? "border-dashed border-ink" : "border-transparent"}`}
            >
              {readingText(prediction)}
            </span>
            <span className="text-soft">
              {isDigit ? percent(prediction.read?.confidence ?? prediction.confidence) : "No digit"}
            </span>
            {isUnsure(prediction) && <span className="font-semibold text-warn">Not sure</span>}
            {disagrees && <span className="font-semibold">Disagrees</span>}
            {isRight !== null && <Mark isRight={isRight} />}
          </span>
        </>
      )}
    </label>
  );
}

/** Lies over the edge of the digit's box, so that no row grows when a drawing gets its label. */
function Mark({ isRight }: { isRight: boolean }) {
  return (
    <span
      data-testid="mark"
      className={`absolute -top-3 inline-flex items-center gap-1 rounded-full border px-1.5 text-xs leading-4 font-semibold ${isRight ? "border-accent bg-wash text-accent" : "border-warn bg-warn-wash text-warn"}`}
    >
      <svg viewBox="0 0 12 12" className="size-2.5" aria-hidden="true">
        <path
          d={isRight ? "M1.5 6.5l3 3 6-7" : "M2 2l8 8M10 2l-8 8"}
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
        />
      </svg>
      {isRight ? "Right" : "Wrong"}
    </span>
  );
}
