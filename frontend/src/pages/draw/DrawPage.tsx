import type { FieldPageProps } from "../../features/prediction/fieldPageProps";
import { useMemo, useRef, useState } from "react";
import { DrawingField } from "../../features/drawing/DrawingField";
import { DrawingTools, OpenPicture } from "../../features/drawing/DrawingTools";
import { isEmpty } from "../../features/drawing/history";
import { SamplePicker } from "../../features/drawing/SamplePicker";
import { DigitNotice } from "./DigitNotice";
import { FieldOverlay } from "./FieldOverlay";
import { PictureNotes } from "./PictureNotes";
import { KeptPictureNotice } from "./KeptPictureNotice";
import { Privacy } from "./Privacy";
import { useDigitFromLink } from "../../features/linkedPicture/useDigitFromLink";
import { useKeptFromLink } from "../../features/linkedPicture/useKeptFromLink";
import { useKeys } from "./useKeys";
import { chooseModel, withPredictions } from "../../features/models/modelWithPrediction";
import { LadderStrip } from "../../features/models/LadderStrip";
import { RecentDrawings } from "../../features/recents/RecentDrawings";
import { SaveAndShare } from "../../features/share/SaveAndShare";
import { FeedbackRow } from "../../features/feedback/FeedbackRow";
import { useFeedback } from "../../features/feedback/useFeedback";
import { announcement } from "./announcement";
import { InsideDrawer } from "../../features/inside/InsideDrawer";
import { Answer } from "../../features/prediction/Answer";
import { VerdictTip } from "../../features/prediction/VerdictTip";
import { nextShown, type Shown } from "../../features/prediction/shown";
import type { PredictionState } from "../../features/prediction/prediction";
import { agreementOf } from "../../features/prediction/format";
import { StateLink } from "../../shared/ui/StateLink";
import { useSettled } from "../../shared/lib/useSettled";

/** An answer within this time needs no sign of waiting. */
const WAITING_AFTER_MS = 150;
const ANNOUNCE_AFTER_MS = 700;

/** The page on which a digit is drawn and every model reads it. */
export function DrawPage(props: FieldPageProps) {
  const { url, changeUrl, list, drawingState, pictureIsOver, prediction } = props;
  const { state, predictNow } = prediction;
  const [chosen, setChosen] = useState(0);
  const drawingArea = useRef<HTMLElement>(null);
  const namedDigit = url.drawing === null ? url.digit : null;
  const digitFromLink = useDigitFromLink(namedDigit, changeUrl, drawingState);
  const keptFromLink = useKeptFromLink(url.drawing, changeUrl, drawingState);

  const { drawing, undo, redo, clear } = drawingState;
  useKeys(useMemo(() => ({ undo, redo, clear }), [undo, redo, clear]));

  const [shown, setShown] = useState<Shown | null>(null);
  const next = nextShown(shown, state, drawing, drawingState.isDrawing);
  if (next !== shown) setShown(next);
  const results = next?.results ?? null;
  const models = withPredictions(list.models, results);
  const { model, unknown } = chooseModel(models, url.model);
  const agreement = results && agreementOf(results);
  const feedback = useFeedback(results);

  const isPredicting = state.phase === "predicting";
  const by = state.phase === "live" || state.phase === "answered" ? state.by : null;
  const isDimmed = results !== null && state.phase !== "answered";
  const hasWaited = useSettled(isPredicting, WAITING_AFTER_MS);
  const spoken = useSettled(announcement(state, model, agreement?.text ?? null), ANNOUNCE_AFTER_MS);

  return (
    <>
      <main className="page-grid">
        <section ref={drawingArea} aria-label="Drawing" className="area-draw">
          <DrawingTools drawingState={drawingState} />
          <div
            className={`relative mt-1 tablet:mt-2 rounded-3xl border bg-paper ${pictureIsOver ? "border-accent outline-3 outline-accent" : "border-edge"}`}
          >
            <FieldOverlay
              drawing={drawing}
              prediction={state.phase === "answered" ? (model?.prediction ?? null) : null}
              chosen={chosen}
              onChoose={setChosen}
              onRegion={drawingState.readRegion}
            >
              <DrawingField drawingState={drawingState} />
            </FieldOverlay>
            {((isEmpty(drawing) && !drawingState.isDrawing) || pictureIsOver) && (
              <p
                aria-hidden="true"
                className="pointer-events-none absolute inset-0 grid place-items-center text-lg text-soft"
              >
                {pictureIsOver ? "Drop the picture" : "Draw a digit here"}
              </p>
            )}
          </div>
          {drawingState.complaint !== null && (
            <p role="alert" className="mt-3 font-semibold text-warn">
              {drawingState.complaint}
            </p>
          )}
          {namedDigit !== null && digitFromLink && (
            <div role="alert" className="mt-3">
              <DigitNotice named={namedDigit} loaded={digitFromLink} />
            </div>
          )}
          {keptFromLink && (
            <div role="alert" className="mt-3">
              <KeptPictureNotice loaded={keptFromLink} />
            </div>
          )}
          {drawing.picture && (
            <PictureNotes
              picture={drawing.picture}
              onWhole={() => {
                drawingState.readRegion(null);
              }}
            />
          )}
        </section>
        <div className="area-ladder">
          <LadderStrip
            list={list}
            models={models}
            chosen={model}
            unknown={unknown}
            agreement={agreement}
            isDimmed={isDimmed}
            rightness={feedback.rightness}
            onChoose={(model) => {
              changeUrl({ model });
            }}
          />
        </div>
        <div className="area-answer">
          <Answer
            state={state}
            model={model}
            note={noteOf(state.phase, hasWaited)}
            isDimmed={isDimmed}
            chosen={chosen}
            onChoose={setChosen}
            onRetry={predictNow}
            onClear={clear}
          >
            <InsideDrawer
              url={url}
              changeUrl={changeUrl}
              model={model}
              prediction={model?.prediction ?? null}
              isDrawing={drawingState.isDrawing}
            />
            {model?.prediction && feedback.isOffered && (
              <FeedbackRow
                feedback={feedback}
                prediction={model.prediction}
                isOutdated={state.phase !== "answered"}
                titles={new Map(models.map(({ name, title }) => [name, title]))}
              />
            )}
            <VerdictTip threshold={model?.unsureThreshold ?? null} by={by} />
            <StateLink
              url={url}
              change={{ view: "nudge" }}
              changeUrl={changeUrl}
              className="inline-flex min-h-11 items-center text-sm text-soft underline underline-offset-4 hover:text-ink"
            >
              Nudge it until a rung loses it
            </StateLink>
          </Answer>
        </div>
        {url.embed !== "1" && (
          <div className="area-more grid content-start gap-4 max-tablet:mt-4">
            <RecentDrawings onOpen={drawingState.reopen} />
            <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
              <OpenPicture drawingState={drawingState} />
              <SaveAndShare
                drawing={drawing}
                models={models}
                chosen={model}
                isAnswered={state.phase === "answered"}
              />
              <Privacy />
            </div>
            <SamplePicker
              onChoose={(strokes) => {
                drawingState.showSample(strokes);
                // on a phone the samples lie below the answer, with field and answer out of sight
                drawingArea.current?.scrollIntoView({ block: "nearest" });
              }}
            />
          </div>
        )}
      </main>
      <p role="status" className="sr-only">
        {isEmpty(drawing) ? "" : spoken}
      </p>
    </>
  );
}

/** What to say of an answer that may still change. */
function noteOf(phase: PredictionState["phase"], hasWaited: boolean): string | null {
  if (phase === "live") return "…so far";
  return phase === "predicting" && hasWaited ? "Reading…" : null;
}
