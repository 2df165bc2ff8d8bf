import type { Agreement } from "../prediction/format";
import { Notice } from "../../shared/ui/Notice";
import { failureText } from "../prediction/format";
import type { Rung } from "./modelEntries";
import { RungRow } from "./ModelRow";
import type { Models } from "./useModels";

interface LadderProps {
  readonly models: Models;
  /** From the foot of the ladder up. */
  readonly rungs: readonly Rung[];
  readonly chosen: Rung | null;
  /** A name in the link that is no rung. */
  readonly unknown: string | null;
  readonly agreement: Agreement | null;
  readonly onChoose: (name: string) => void;
}

/** The picker and the comparison in one: every rung, and what it reads on the same drawing. */
export function Ladder(props: LadderProps) {
  const { models, rungs, chosen, unknown, agreement, onChoose } = props;
  const failure = models.failure && failureText(models.failure, models.retryInMs);
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
          <Notice title={`No rung is called “${unknown}”`} tone="warn">
            <p>{chosen && `${chosen.title} answers instead. Choose any rung below.`}</p>
          </Notice>
        </div>
      )}
      {failure && (
        <div className="mb-4">
          <Notice
            title="The list of rungs did not come"
            tone="warn"
            action={{ label: "Load the rungs again", onPress: models.retry }}
          >
            <p>{`${failure.title}. ${failure.detail}`}</p>
          </Notice>
        </div>
      )}
      {rungs.length === 0 && !failure && <p className="text-soft">The rungs are on their way…</p>}
      <div role="radiogroup" aria-labelledby="ladder-heading">
        {/* the top of the ladder is at the top: Arrow up climbs */}
        {rungs.toReversed().map((rung) => (
          <RungRow
            key={rung.name}
            rung={rung}
            isChosen={rung.name === chosen?.name}
            disagrees={
              rung.prediction !== null &&
              agreement !== null &&
              agreement.majority !== null &&
              rung.prediction.digit !== agreement.majority
            }
            onChoose={onChoose}
          />
        ))}
      </div>
    </section>
  );
}
