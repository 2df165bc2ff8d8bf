import type { FieldPageProps } from "../../features/prediction/fieldPageProps";
import { useState } from "react";
import { DrawingField } from "../../features/drawing/DrawingField";
import { DrawingTools, OpenPicture } from "../../features/drawing/DrawingTools";
import { isEmpty } from "../../features/drawing/history";
import { SamplePicker } from "../../features/drawing/SamplePicker";
import { TERMS } from "../../features/glossary/glossary";
import { Term } from "../../features/glossary/Term";
import { InsideViews } from "../../features/inside/InsideViews";
import { chooseModel, withPredictions } from "../../features/models/modelWithPrediction";
import { percent } from "../../features/prediction/format";
import { readingText } from "../../features/prediction/reading";
import { nextShown, type Shown } from "../../features/prediction/shown";
import type { Prediction } from "../../shared/api/types";
import { areDigits } from "../../shared/lib/classes";
import { Select } from "../../shared/ui/Select";

/** The drawing field, and beside it what the chosen rung sees in the drawing. */
export function InsidePage(props: FieldPageProps) {
  const { url, changeUrl, list, drawingState, prediction } = props;
  const [shown, setShown] = useState<Shown | null>(null);
  const { drawing, isDrawing } = drawingState;
  const next = nextShown(shown, prediction.state, drawing, isDrawing);
  if (next !== shown) setShown(next);
  const models = withPredictions(list.models, next?.results ?? null);
  const { model } = chooseModel(models, url.model);
  const answer = model?.prediction ?? null;
  return (
    <main className="grid grid-cols-1 gap-x-10 gap-y-6 md:grid-cols-[minmax(0,19rem)_minmax(0,1fr)]">
      <section aria-label="Drawing" className="min-w-0 self-start md:sticky md:top-4">
        <DrawingTools drawingState={drawingState} />
        <div className="relative mt-1 overflow-hidden rounded-3xl border border-edge bg-paper">
          <DrawingField drawingState={drawingState} />
          {isEmpty(drawing) && !isDrawing && (
            <p
              aria-hidden="true"
              className="pointer-events-none absolute inset-0 grid place-items-center text-lg text-soft"
            >
              {areDigits() ? "Draw a digit here" : "Draw here"}
            </p>
          )}
        </div>
        <div className="mt-3">
          <Select
            label="Look inside"
            options={models.map(({ name, title, step }) => ({ name, title: `${step} ${title}` }))}
            chosen={model?.name ?? ""}
            onChoose={(name) => {
              changeUrl({ model: name });
            }}
          />
        </div>
        <p data-testid="inside-answer" className="mt-3 text-2xl leading-tight font-semibold">
          {answer ? answerText(answer) : "Nothing drawn yet"}
        </p>
        <div className="mt-4 grid gap-3 max-md:hidden">
          <OpenPicture drawingState={drawingState} />
          <SamplePicker onChoose={drawingState.showSample} />
        </div>
      </section>
      <div className="min-w-0">
        <h2 className="mb-4 text-2xl leading-tight font-semibold">
          {model ? `Inside: ${model.title}` : "Inside"}
        </h2>
        <InsideViews
          url={url}
          changeUrl={changeUrl}
          model={model}
          prediction={answer}
          isDrawing={isDrawing}
        />
        <p className="mt-10 text-sm text-soft">
          In the glossary:{" "}
          {TERMS.map((name, i) => (
            <span key={name}>
              {i > 0 && ", "}
              <Term name={name}>{name}</Term>
            </span>
          ))}
          .
        </p>
      </div>
    </main>
  );
}

function answerText(answer: Prediction): string {
  const says = answer.verdict === "not_a_digit" ? "No digit; it would say" : "It says";
  return `${says} ${readingText(answer)} (${percent(answer.read?.confidence ?? answer.confidence)})`;
}
