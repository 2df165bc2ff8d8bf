import { useMemo, useRef } from "react";
import { DrawingField } from "../../features/drawing/DrawingField";
import { DrawingTools } from "../../features/drawing/DrawingTools";
import { isEmpty } from "../../features/drawing/history";
import { Samples } from "../../features/drawing/SamplePicker";
import type { DrawingDesk } from "../../features/drawing/useDrawing";
import { useKeys } from "./useKeys";
import { usePictureIntake } from "../../features/drawing/usePictureIntake";
import { chooseRung, rungsOf } from "../../features/models/modelEntries";
import { Ladder } from "../../features/models/ModelPicker";
import type { Models } from "../../features/models/useModels";
import { announcement } from "./announcement";
import { Answer } from "../../features/prediction/Answer";
import type { ReaderHandle } from "../../features/prediction/usePrediction";
import { agreementOf } from "../../features/prediction/format";
import type { UrlState } from "../../shared/lib/urlState";
import { useSettled } from "../../shared/lib/useSettled";

/** An answer that comes within this time needs no word of waiting. */
const WAITING_AFTER_MS = 150;
const ANNOUNCE_AFTER_MS = 700;

interface DrawPageProps {
  readonly url: UrlState;
  readonly changeUrl: (change: Partial<UrlState>) => void;
  readonly models: Models;
  readonly desk: DrawingDesk;
  readonly reader: ReaderHandle;
}

/** Draw a digit, and every rung reads it. */
export function DrawPage({ url, changeUrl, models, desk, reader }: DrawPageProps) {
  const { reading, readNow } = reader;
  const drawingArea = useRef<HTMLElement>(null);
  const pictureIsOver = usePictureIntake(desk.openPicture);

  const { undo, redo, clear } = desk;
  useKeys(useMemo(() => ({ undo, redo, clear, predict: readNow }), [undo, redo, clear, readNow]));

  const results =
    reading.phase === "answered"
      ? reading.results
      : reading.phase === "reading"
        ? reading.previous
        : null;
  const rungs = rungsOf(models.models, results);
  const { rung, unknown } = chooseRung(rungs, url.model);
  const agreement = results && agreementOf(results.map(({ digit }) => digit));

  const isReading = reading.phase === "reading";
  const hasWaited = useSettled(isReading, WAITING_AFTER_MS);
  const spoken = useSettled(
    announcement(reading, rung, agreement?.text ?? null),
    ANNOUNCE_AFTER_MS,
  );

  return (
    <>
      <main className="page-grid">
        <section ref={drawingArea} aria-label="Drawing" className="area-draw">
          <div
            className={`relative overflow-hidden rounded-3xl border bg-paper ${pictureIsOver ? "border-accent outline-3 outline-accent" : "border-edge"}`}
          >
            <DrawingField desk={desk} />
            {((isEmpty(desk.drawing) && !desk.penIsDown) || pictureIsOver) && (
              <p
                aria-hidden="true"
                className="pointer-events-none absolute inset-0 grid place-items-center text-lg text-soft"
              >
                {pictureIsOver ? "Drop the picture" : "Draw a digit here"}
              </p>
            )}
          </div>
          <DrawingTools desk={desk} onPredict={readNow} />
          {desk.complaint !== null && (
            <p role="alert" className="mt-3 font-semibold text-warn">
              {desk.complaint}
            </p>
          )}
          {desk.drawing.picture?.shrunk === true && (
            <p className="mt-3 text-sm text-soft">The picture was large and is sent smaller.</p>
          )}
        </section>
        <div className="area-answer">
          <Answer
            reading={reading}
            rung={rung}
            isWaiting={isReading && hasWaited}
            onRetry={readNow}
            onClear={clear}
          />
        </div>
        <div className="area-samples">
          <Samples
            onChoose={(strokes) => {
              desk.showSample(strokes);
              // on a phone the samples lie below the answer, so field and answer are out of sight
              drawingArea.current?.scrollIntoView({ block: "nearest" });
            }}
          />
        </div>
        <div className="area-ladder">
          <Ladder
            models={models}
            rungs={rungs}
            chosen={rung}
            unknown={unknown}
            agreement={agreement}
            onChoose={(model) => {
              changeUrl({ model });
            }}
          />
        </div>
      </main>
      <p role="status" className="sr-only">
        {isEmpty(desk.drawing) ? "" : spoken}
      </p>
    </>
  );
}
