import { useMemo, useRef } from "react";
import { DrawingField } from "./drawing/DrawingField";
import { DrawingTools } from "./drawing/DrawingTools";
import { isEmpty } from "./drawing/history";
import { Samples } from "./drawing/Samples";
import { useDrawing } from "./drawing/useDrawing";
import { useKeys } from "./drawing/useKeys";
import { usePictureIntake } from "./drawing/usePictureIntake";
import { chooseRung, rungsOf } from "./models/ladder";
import { Ladder } from "./models/Ladder";
import { useModels } from "./models/useModels";
import { announcement } from "./prediction/announcement";
import { Answer } from "./prediction/Answer";
import { useReader } from "./prediction/useReader";
import { agreementOf } from "./prediction/words";
import { ThemeToggle } from "./theme/ThemeToggle";
import { useSettled } from "./useSettled";
import { useUrlState } from "./useUrlState";

/** An answer that comes within this time needs no word of waiting. */
const WAITING_AFTER_MS = 150;
const ANNOUNCE_AFTER_MS = 700;

export function App() {
  const [url, changeUrl] = useUrlState();
  const models = useModels();
  const desk = useDrawing();
  const { reading, readNow } = useReader(desk.drawing, desk.penIsDown);
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
    <div className="mx-auto max-w-[90rem] px-4 pb-12 sm:px-8">
      <header className="flex items-center justify-between gap-4 py-3 sm:py-6">
        <div className="flex items-center gap-3">
          <Logo />
          <h1 className="text-xl font-bold tracking-tight whitespace-nowrap">Digit Ladder</h1>
          <p className="ml-2 hidden text-soft sm:block">
            Draw a digit. Every rung reads it; each adds one idea.
          </p>
        </div>
        <ThemeToggle />
      </header>
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
      <footer className="mt-10 flex flex-wrap items-center justify-between gap-x-6 border-t border-line pt-2 text-sm text-soft">
        <p className="py-2">Ctrl+Z undoes, Escape clears, Enter predicts.</p>
        <a
          href="/docs"
          className="inline-flex min-h-11 items-center underline underline-offset-4 hover:text-ink"
        >
          Ask the networks from your own program
        </a>
      </footer>
      <p role="status" className="sr-only">
        {isEmpty(desk.drawing) ? "" : spoken}
      </p>
    </div>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 20 28" className="h-7 w-5 text-accent" aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round">
        <path d="M4 2v24M16 2v24" opacity="0.5" />
        <path d="M4 21h12M4 14h12M4 7h12" />
      </g>
    </svg>
  );
}
