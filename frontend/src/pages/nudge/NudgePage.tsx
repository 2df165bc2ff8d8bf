import { useMemo } from "react";
import { SamplePicker } from "../../features/drawing/SamplePicker";
import { useDigitFromLink } from "../../features/linkedPicture/useDigitFromLink";
import { useKeptFromLink } from "../../features/linkedPicture/useKeptFromLink";
import { shortTitle } from "../../features/models/modelWithPrediction";
import type { FieldPageProps } from "../../features/prediction/fieldPageProps";
import { useEngine } from "../../features/prediction/useEngine";
import { areDigits, noun, useClassNames } from "../../shared/lib/classes";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { Notice } from "../../shared/ui/Notice";
import { Select } from "../../shared/ui/Select";
import { StateLink } from "../../shared/ui/StateLink";
import { CopyLink } from "./CopyLink";
import { breakTexts } from "./breakText";
import { onCurve, standingText } from "./curves";
import { FieldCanvas } from "./FieldCanvas";
import { KnobPicker, KnobSlider, PlaceSlider } from "./KnobControls";
import { isAlone, knobOf } from "./knobs";
import { moved, nudged, UNTOUCHED } from "./nudge";
import { NudgedField } from "./NudgedField";
import { Rungs } from "./Rungs";
import { useBaseField } from "./useBaseField";
import { useNudgeState } from "./useNudgeState";
import { useFieldAnswers, useSweep } from "./useReading";
import { useRobustness } from "./useRobustness";

const NOBODY: readonly string[] = [];

/** How far the visitor's own drawing can be changed before each rung loses it. */
export function NudgePage({ url, changeUrl, list, drawingState, prediction }: FieldPageProps) {
  const classNames = useClassNames();
  const loaded = useEngine();
  const engine = loaded.phase === "ready" ? loaded.engine : null;
  const titles = new Map((list.models ?? []).map(({ name, title }) => [name, title]));
  const digitFromLink = useDigitFromLink(
    url.drawing === null ? url.digit : null,
    changeUrl,
    drawingState,
  );
  const keptFromLink = useKeptFromLink(url.drawing, changeUrl, drawingState);
  const linked = digitFromLink ?? keptFromLink;
  const base = useBaseField(drawingState.drawing, prediction.state);
  const [{ nudge, chosen, digit: said }, change] = useNudgeState(url.nudge, changeUrl);
  const knob = knobOf(chosen);

  const seen = useMemo(() => base && nudged(base, nudge), [base, nudge]);
  // on the field with the handles the digit stays where it was moved to
  const shown = useMemo(
    () => base && (nudge.isCentred ? moved(base, nudge) : nudged(base, nudge)),
    [base, nudge],
  );
  const before = useFieldAnswers(engine, base);
  const read = useFieldAnswers(engine, seen);
  const { sweep, isCurrent } = useSweep(engine, base, nudge, chosen);
  const names = useMemo(() => engine?.rungs.map(({ model }) => model) ?? NOBODY, [engine]);
  const curves = useRobustness(names);

  const known = said !== null && said < classNames.length ? said : null;
  const digit = known ?? before?.results.at(-1)?.digit ?? null;
  const models = names.map((name) => ({ name, title: shortTitle(titles.get(name) ?? name) }));
  const level = knob.curve?.level(nudge) ?? null;
  const rows = models.map(({ name, title }, i) => {
    const curve = curves.get(name)?.find((each) => each.name === knob.curve?.name);
    return {
      name,
      title,
      step: i + 1,
      prediction: read?.results.find(({ model }) => model === name) ?? null,
      onCurve: curve && level !== null ? onCurve(curve, level) : null,
    };
  });
  const standing = standingText(
    rows.map(({ title, prediction, onCurve }) => ({
      title,
      isRead: prediction?.digit === digit,
      onCurve,
    })),
    isAlone(knob, nudge),
  );
  const texts = sweep && digit !== null ? breakTexts(sweep, models, digit) : [];

  return (
    <main data-testid="nudge" data-phase={isCurrent ? "swept" : loaded.phase}>
      <h2 className="text-2xl leading-tight font-semibold">Nudge your drawing</h2>
      <p className="mt-1 max-w-[75ch] text-soft">
        Turn, move or smudge your drawing little by little, and see which rung loses it first. A
        network knows {noun(2)} only as it met them in training: what lay in the middle there may be
        lost as soon as it moves.{" "}
        <a
          href="https://jmlr.org/papers/v20/19-519.html"
          className="underline underline-offset-4 hover:text-ink"
        >
          Azulay and Weiss 2019
        </a>
      </p>
      {loaded.phase === "unavailable" && (
        <div className="mt-5">
          <Notice title="The networks are not in this browser" tone="warn">
            <p>
              {loaded.reason} Here every rung answers at each movement of a slider, which only a
              browser that runs them itself can do.
            </p>
          </Notice>
        </div>
      )}
      {loaded.phase !== "unavailable" && !(base && shown) && (
        <div className="mt-5 grid max-w-xl gap-5">
          {linked && (
            <LoadNotice loaded={linked} title="The picture could not be loaded" what="picture" />
          )}
          <Notice
            title={`There is no ${noun()} to nudge yet`}
            action={{
              label: `Draw a ${noun()}`,
              onPress: () => {
                changeUrl({ view: null });
              },
            }}
          >
            <p>Draw one first, or take a drawing from here.</p>
          </Notice>
          <SamplePicker onChoose={drawingState.showSample} />
        </div>
      )}
      {loaded.phase !== "unavailable" && base && shown && (
        <div className="mt-4 grid gap-x-10 gap-y-4 tablet:grid-cols-[15rem_minmax(0,1fr)] tablet:grid-rows-[auto_1fr] xl:grid-cols-[19rem_minmax(0,1fr)]">
          <div className="grid content-start gap-3">
            <NudgedField
              field={shown}
              label="The nudged drawing, 28 by 28 pixels"
              nudge={nudge}
              onNudge={(nudge, chosen) => {
                change({ nudge, chosen });
              }}
            />
            <label className="flex min-h-11 cursor-pointer items-center gap-2 text-[0.9375rem]">
              <input
                type="checkbox"
                checked={nudge.isCentred}
                className="size-5 accent-accent"
                onChange={({ target }) => {
                  change({ nudge: { ...nudge, isCentred: target.checked } });
                }}
              />
              Centre it again before it is read
            </label>
          </div>
          <div className="order-last grid content-start gap-3 tablet:order-none tablet:col-start-1">
            <div className="flex items-center gap-3 text-sm text-soft">
              {nudge.isCentred && seen && (
                <FieldCanvas
                  field={seen}
                  label="What the networks see: centred again"
                  className="w-21 shrink-0 overflow-hidden rounded-lg border border-line"
                />
              )}
              <p>
                {nudge.isCentred
                  ? seen
                    ? "What the rungs see: boxed and centred, as every drawing is on this page."
                    : "Nothing is left that could be centred."
                  : "The rungs see the field as it is: no network here ignores the place by itself."}
              </p>
            </div>
            <div className="flex flex-wrap items-end gap-3">
              <Select
                label={areDigits() ? "The digit is" : "It is"}
                options={classNames.map((title, i) => ({ name: String(i), title }))}
                chosen={String(digit ?? 0)}
                onChoose={(name) => {
                  change({ digit: Number(name) });
                }}
              />
              <button
                type="button"
                className="button"
                onClick={() => {
                  change({ nudge: UNTOUCHED });
                }}
              >
                Undo all
              </button>
              <CopyLink drawing={drawingState.drawing} />
            </div>
          </div>
          <div className="grid min-w-0 content-start gap-4 tablet:col-start-2 tablet:row-span-2 tablet:row-start-1">
            <KnobPicker
              nudge={nudge}
              chosen={chosen}
              onChoose={(chosen) => {
                change({ chosen });
              }}
            />
            <Rungs
              rows={rows}
              digit={digit}
              knob={knob}
              value={nudge[chosen]}
              sweep={sweep}
              isOutdated={!isCurrent}
              slider={
                <KnobSlider
                  knob={knob}
                  value={nudge[chosen]}
                  onChange={(value) => {
                    change({ nudge: { ...nudge, [chosen]: value } });
                  }}
                />
              }
            />
            {chosen === "erase" && (
              <div>
                <PlaceSlider
                  label="From the left"
                  value={nudge.eraseX}
                  onChange={(eraseX) => {
                    change({ nudge: { ...nudge, eraseX } });
                  }}
                />
                <PlaceSlider
                  label="From the top"
                  value={nudge.eraseY}
                  onChange={(eraseY) => {
                    change({ nudge: { ...nudge, eraseY } });
                  }}
                />
              </div>
            )}
            {loaded.phase === "loading" && <p className="text-soft">Loading the networks…</p>}
            <div data-testid="break-order" className="grid gap-1" aria-live="polite">
              {texts.map((text) => (
                <p key={text}>{text}</p>
              ))}
            </div>
            <p className="text-sm text-soft">
              {knob.curve === null ? "No curve was measured for this change." : standing}{" "}
              {standing !== null && knob.curve && (
                <StateLink
                  url={url}
                  change={{ view: "compare", plot: knob.curve.name }}
                  changeUrl={changeUrl}
                  className="underline underline-offset-4 hover:text-ink"
                >
                  The whole curve
                </StateLink>
              )}
            </p>
          </div>
        </div>
      )}
    </main>
  );
}
