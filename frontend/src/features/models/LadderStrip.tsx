import { useState } from "react";
import type { Agreement } from "../prediction/format";
import { readingText } from "../prediction/reading";
import { Notice } from "../../shared/ui/Notice";
import { failureText } from "../../shared/api/failureText";
import { DefaultReason } from "./DefaultReason";
import type { ModelWithPrediction } from "./modelWithPrediction";
import { Rung } from "./Rung";
import type { ModelList } from "./useModels";

interface LadderStripProps {
  readonly list: ModelList;
  /** From the foot of the ladder up. */
  readonly models: readonly ModelWithPrediction[];
  readonly chosen: ModelWithPrediction | null;
  /** A name in the link that is no model. */
  readonly unknown: string | null;
  readonly agreement: Agreement | null;
  /** The answers may still change, or belong to the drawing before the last stroke. */
  readonly isDimmed: boolean;
  /** Whether each was right, by name, where the drawing has a label. */
  readonly rightness: ReadonlyMap<string, boolean>;
  readonly onChoose: (name: string) => void;
}

/**
 * Every rung's answer to the same drawing, beside it; picks the one whose answer is shown in full.
 * Heights are fixed, so that no rung moves under a finger when answers arrive.
 */
export function LadderStrip(props: LadderStripProps) {
  const { list, models, chosen, unknown, agreement, isDimmed, rightness, onChoose } = props;
  const [isOpen, setIsOpen] = useState(false);
  const failure = list.failure && failureText(list.failure, list.retryInMs);
  return (
    <section aria-labelledby="ladder-heading">
      <div className="flex h-11 items-center justify-between gap-3">
        <h2 id="ladder-heading" className="sr-only">
          The ladder
        </h2>
        <p
          data-testid="agreement"
          className={`line-clamp-2 font-semibold text-balance transition-opacity ${(agreement?.text.length ?? 0) > 36 ? "text-sm/5" : "text-base/5 xl:text-lg/5.5"} ${isDimmed ? "opacity-60" : ""}`}
        >
          {agreement
            ? agreement.text.replace(/(says?) /g, "$1\u00a0") // no line begins with a digit
            : "Every rung reads the same drawing"}
        </p>
        <button
          type="button"
          aria-expanded={isOpen}
          className="inline-flex min-h-11 shrink-0 cursor-pointer items-center gap-1.5 px-1 text-sm text-soft underline underline-offset-4 hover:text-ink"
          onClick={() => {
            setIsOpen(!isOpen);
          }}
        >
          Details <span className="sr-only">of every rung</span>
          <svg
            viewBox="0 0 12 12"
            className={`size-3 ${isOpen ? "rotate-180" : ""}`}
            aria-hidden="true"
          >
            <path d="M2 4l4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.8" />
          </svg>
        </button>
      </div>
      {unknown !== null && (
        <div className="mb-3">
          <Notice title={`There is no rung named “${unknown}”`} tone="warn">
            <p>{chosen && `${chosen.title} answers instead. Choose any rung below.`}</p>
          </Notice>
        </div>
      )}
      {failure && (
        <div className="mb-3">
          <Notice
            title="The list of rungs could not be loaded"
            tone="warn"
            action={{ label: "Load the rungs again", onPress: list.retry }}
          >
            <p>{`${failure.title}. ${failure.detail}`}</p>
          </Notice>
        </div>
      )}
      {models.length === 0 && !failure && <p className="text-soft">Loading the rungs…</p>}
      <div
        role="radiogroup"
        aria-labelledby="ladder-heading"
        className={isOpen ? "rungs rungs-open" : "rungs"}
        style={{ ["--rows" as string]: Math.ceil(models.length / 2) }}
      >
        {/* the last model is at the top, so Arrow Up climbs the ladder */}
        {models.toReversed().map((model) => (
          <Rung
            key={model.name}
            model={model}
            isChosen={model.name === chosen?.name}
            isOpen={isOpen}
            isDimmed={isDimmed}
            disagrees={
              model.prediction !== null &&
              agreement !== null &&
              agreement.majority !== null &&
              readingText(model.prediction) !== agreement.majority
            }
            isRight={rightness.get(model.name) ?? null}
            onChoose={onChoose}
          />
        ))}
      </div>
      {isOpen && <DefaultReason />}
    </section>
  );
}
