import type { Agreement } from "../prediction/format";
import { readingText } from "../prediction/reading";
import { Notice } from "../../shared/ui/Notice";
import { failureText } from "../../shared/api/failureText";
import type { ModelWithPrediction } from "./modelWithPrediction";
import { ModelRow } from "./ModelRow";
import type { ModelList } from "./useModels";

interface ModelPickerProps {
  readonly list: ModelList;
  /** From the foot of the ladder up. */
  readonly models: readonly ModelWithPrediction[];
  readonly chosen: ModelWithPrediction | null;
  /** A name in the link that is no model. */
  readonly unknown: string | null;
  readonly agreement: Agreement | null;
  /** Whether each was right, by name, where the drawing has a label. */
  readonly rightness: ReadonlyMap<string, boolean>;
  readonly onChoose: (name: string) => void;
}

/** Picks a model, and compares what all of them make of the same drawing. */
export function ModelPicker(props: ModelPickerProps) {
  const { list, models, chosen, unknown, agreement, rightness, onChoose } = props;
  const failure = list.failure && failureText(list.failure, list.retryInMs);
  return (
    <section aria-labelledby="ladder-heading" className="@container">
      <h2 id="ladder-heading" className="eyebrow mb-2">
        The ladder
      </h2>
      <p data-testid="agreement" className="mb-4 text-2xl leading-tight font-semibold">
        {agreement ? agreement.text : "Every rung reads the same drawing"}
      </p>
      {unknown !== null && (
        <div className="mb-4">
          <Notice title={`There is no rung named “${unknown}”`} tone="warn">
            <p>{chosen && `${chosen.title} answers instead. Choose any rung below.`}</p>
          </Notice>
        </div>
      )}
      {failure && (
        <div className="mb-4">
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
      <div role="radiogroup" aria-labelledby="ladder-heading">
        {/* the last model is at the top, so Arrow Up climbs the ladder */}
        {models.toReversed().map((model) => (
          <ModelRow
            key={model.name}
            model={model}
            isChosen={model.name === chosen?.name}
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
    </section>
  );
}
