import type { FieldPageProps } from "../../features/prediction/fieldPageProps";
import { useMemo, useRef, useState } from "react";
import { DrawingField } from "../../features/drawing/DrawingField";
import { DrawingTools, OpenPicture } from "../../features/drawing/DrawingTools";
import { isEmpty } from "../../features/drawing/history";
import { SamplePicker } from "../../features/drawing/SamplePicker";
import { DigitNotice } from "./DigitNotice";
import { FieldOffer } from "./FieldOffer";
import { FieldOverlay } from "./FieldOverlay";
import { PictureNotes } from "./PictureNotes";
import { KeptPictureNotice } from "./KeptPictureNotice";
import { Privacy } from "./Privacy";
import { GuessPanel } from "./GuessPanel";
import { areDigits } from "../../shared/lib/classes";
import { NO_ROUND, roundOf, vote, votesText } from "./guess";
import { PresentBar } from "./PresentBar";
import { keysOf, type PresentAction } from "./presentKeys";
import { useDigitFromLink } from "../../features/linkedPicture/useDigitFromLink";
import { useKeptFromLink } from "../../features/linkedPicture/useKeptFromLink";
import { useKeys } from "./useKeys";
import { usePresent } from "./usePresent";
import { HardOnesShelf } from "../../features/hardOnes/HardOnesShelf";
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
import type { Stroke } from "../../engine/strokes";
import { useKeyActions } from "../../shared/lib/useKeyActions";
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
  const present = usePresent(url, changeUrl);
  const escape = present.isOn ? present.leave : clear;
  useKeys(useMemo(() => ({ undo, redo, clear: escape }), [undo, redo, escape]));
  const [guessesFirst, setGuessesFirst] = useState(false);
  const [lastRound, setRound] = useState(NO_ROUND);
  const round = roundOf(lastRound, drawing);
  const isGuessing = present.isOn && guessesFirst && !round.isOver;
  const onVote = (digit: number, by: 1 | -1) => {
    setRound((last) => vote(roundOf(last, drawing), digit, by));
  };

  const [shown, setShown] = useState<Shown | null>(null);
  const next = nextShown(shown, state, drawing, drawingState.isDrawing);
  if (next !== shown) setShown(next);
  const results = isGuessing ? null : (next?.results ?? null);
  const models = withPredictions(list.models, results);
  const { model, unknown } = chooseModel(models, url.model);
  const agreement = results && agreementOf(results);
  const feedback = useFeedback(results);
  const onPresentKey = (action: PresentAction) => {
    if (action.kind === "vote") {
      if (isGuessing) onVote(action.digit, 1);
    } else {
      const above = models.find(({ step }) => step === (model?.step ?? 0) + action.by);
      if (above) changeUrl({ model: above.name }, "replace");
    }
  };
  useKeyActions(keysOf(present.isOn), onPresentKey);

  const isPredicting = state.phase === "predicting";
  const by = state.phase === "live" || state.phase === "answered" ? state.by : null;
  const isDimmed = results !== null && state.phase !== "answered";
  const hasWaited = useSettled(isPredicting, WAITING_AFTER_MS);
  const spoken = useSettled(announcement(state, model, agreement?.text ?? null), ANNOUNCE_AFTER_MS);

  const show = (strokes: readonly Stroke[]) => {
    drawingState.showSample(strokes);
    // on a phone what is chosen from lies below the answer, with the field out of sight
    drawingArea.current?.scrollIntoView({ block: "nearest" });
  };

  return (
    <>
      {present.isOn && (
        <PresentBar
          guessesFirst={guessesFirst}
          onGuessFirst={setGuessesFirst}
          votes={guessesFirst && round.isOver ? votesText(round) : ""}
          onLeave={present.leave}
        />
      )}
      <main className={present.isOn ? "page-grid presenting" : "page-grid"}>
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
            <FieldOffer drawingState={drawingState} isAnswered={state.phase === "answered"} />
            {((isEmpty(drawing) && !drawingState.isDrawing) || pictureIsOver) && (
              <p
                aria-hidden="true"
                className="pointer-events-none absolute inset-0 grid place-items-center text-lg text-soft"
              >
                {pictureIsOver
                  ? "Drop the picture"
                  : areDigits()
                    ? "Draw a digit here"
                    : "Draw here"}
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
          {isGuessing ? (
            <GuessPanel
              round={round}
              onVote={onVote}
              onShow={() => {
                setRound({ ...round, isOver: true });
              }}
            />
          ) : (
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
              <div className="flex flex-wrap gap-2">
                <InsideDrawer
                  url={url}
                  changeUrl={changeUrl}
                  model={model}
                  prediction={model?.prediction ?? null}
                  isDrawing={drawingState.isDrawing}
                />
                <StateLink
                  url={url}
                  change={{ view: "nudge" }}
                  changeUrl={changeUrl}
                  className="button"
                >
                  Nudge it until a rung loses it
                </StateLink>
              </div>
              {model?.prediction && feedback.isOffered && !present.isOn && (
                <FeedbackRow
                  feedback={feedback}
                  prediction={model.prediction}
                  isOutdated={state.phase !== "answered"}
                  titles={new Map(models.map(({ name, title }) => [name, title]))}
                />
              )}
              {!present.isOn && <VerdictTip threshold={model?.unsureThreshold ?? null} by={by} />}
            </Answer>
          )}
        </div>
        {url.embed !== "1" && !present.isOn && (
          <div className="area-more grid content-start gap-4 max-tablet:mt-4">
            <RecentDrawings onOpen={drawingState.reopen} />
            <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
              <SamplePicker onChoose={show} />
              <OpenPicture drawingState={drawingState} />
              <button type="button" className="button" onClick={present.start}>
                Present
              </button>
              <SaveAndShare
                drawing={drawing}
                models={models}
                chosen={model}
                isAnswered={state.phase === "answered"}
              />
              <Privacy />
            </div>
            <HardOnesShelf drawing={drawing} onShow={show} url={url} changeUrl={changeUrl} />
          </div>
        )}
      </main>
      <p role="status" data-testid="spoken" className="sr-only">
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
