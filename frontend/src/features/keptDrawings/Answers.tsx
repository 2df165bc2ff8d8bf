import { MarkerIcon } from "../figures/MarkerIcon";
import type { StyledModel } from "../figures/plot";
import { answerText } from "./answerText";
import type { KeptAnswer } from "./keptDrawings";

interface AnswersProps {
  readonly results: readonly Omit<KeptAnswer, "id" | "confidence">[];
  readonly models: readonly StyledModel[];
}

/** What every model read, and whether that was right. */
export function Answers({ results, models }: AnswersProps) {
  return (
    <ul className="grid grid-cols-1 gap-y-0.5 text-sm">
      {models.flatMap(({ name, title, style }) =>
        results
          .filter(({ model }) => model === name)
          .map((answer) => (
            <li key={`${name}@${answer.version}`} className="flex items-center gap-1.5">
              <MarkerIcon style={style} size={12} />
              <span className="min-w-0 grow truncate text-soft" title={title}>
                {title}
              </span>
              <span className="font-semibold whitespace-nowrap">{answerText(answer)}</span>
              <Rightness isRight={answer.is_right} />
            </li>
          )),
      )}
    </ul>
  );
}

function Rightness({ isRight }: { isRight: boolean | null }) {
  if (isRight === null) return <span className="w-4" />;
  return (
    <span className={`w-4 text-center font-bold ${isRight ? "text-accent" : "text-warn"}`}>
      <span aria-hidden="true">{isRight ? "✓" : "✗"}</span>
      <span className="sr-only">{isRight ? ", right" : ", wrong"}</span>
    </span>
  );
}
