import { percent } from "../prediction/words";
import { accuracyText, type Rung } from "./ladder";
import { ProbabilityStrip } from "./ProbabilityStrip";

interface RungRowProps {
  readonly rung: Rung;
  readonly isChosen: boolean;
  /** Most rungs read another digit. */
  readonly disagrees: boolean;
  readonly onChoose: (name: string) => void;
}

export function RungRow({ rung, isChosen, disagrees, onChoose }: RungRowProps) {
  const { prediction } = rung;
  const id = `rung-${rung.name}`;
  return (
    <label
      data-testid="rung"
      data-rung={rung.name}
      className="group relative grid cursor-pointer grid-cols-[3.5rem_1fr_auto] items-center gap-x-3 rounded-2xl py-3 pr-3 hover:bg-paper has-checked:bg-wash has-focus-visible:outline-3 has-focus-visible:outline-accent"
    >
      <input
        type="radio"
        name="model"
        value={rung.name}
        checked={isChosen}
        onChange={() => {
          onChoose(rung.name);
        }}
        className="sr-only"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-about ${id}-reading`}
      />
      {/* two rails that run through all rows, and this row's rung between them */}
      <span
        aria-hidden="true"
        className="absolute inset-y-0 left-3 w-1 bg-edge/50 group-first-of-type:top-2 group-first-of-type:rounded-t-full group-last-of-type:bottom-2 group-last-of-type:rounded-b-full"
      />
      <span
        aria-hidden="true"
        className="absolute inset-y-0 left-12 w-1 bg-edge/50 group-first-of-type:top-2 group-first-of-type:rounded-t-full group-last-of-type:bottom-2 group-last-of-type:rounded-b-full"
      />
      <span
        aria-hidden="true"
        className="relative ml-2 grid h-8 w-12 place-items-center rounded-full border-2 border-edge bg-ground text-sm font-bold text-soft group-has-checked:border-accent group-has-checked:bg-accent group-has-checked:text-on-accent"
      >
        {rung.step}
      </span>
      <span className="min-w-0">
        <span id={`${id}-title`} className="block font-semibold">
          {rung.title}
        </span>
        <span id={`${id}-about`} className="block text-sm text-soft">
          {rung.adds && <span className="block">Adds {rung.adds}</span>}
          {rung.accuracy !== null && (
            <span className="block">{accuracyText(rung.accuracy)} of test digits right</span>
          )}
        </span>
      </span>
      <span id={`${id}-reading`} className="flex items-center gap-3">
        {prediction && (
          <>
            <ProbabilityStrip probabilities={prediction.probabilities} digit={prediction.digit} />
            <span className="w-16 text-right leading-tight">
              <span className="block text-4xl font-bold" data-testid="rung-digit">
                {prediction.digit}
              </span>
              <span className="block text-sm text-soft">{percent(prediction.confidence)}</span>
              {prediction.verdict === "unsure" && (
                <span className="block text-sm font-semibold text-warn">Not sure</span>
              )}
              {disagrees && <span className="block text-sm font-semibold">Disagrees</span>}
            </span>
          </>
        )}
      </span>
    </label>
  );
}
