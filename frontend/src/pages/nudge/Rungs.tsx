import { areShort, nameOfClass, noun } from "../../shared/lib/classes";
import type { ReactNode } from "react";
import { CLASS_NAME } from "../../features/figures/format";
import { percent } from "../../features/prediction/format";
import type { Prediction } from "../../shared/api/types";
import { ofHundred, type OnCurve } from "./curves";
import type { Knob } from "./knobs";
import { runsOf, runsText, type Sweep } from "./sweep";

export interface RungRow {
  readonly name: string;
  readonly title: string;
  /** 1 at the foot of the ladder. */
  readonly step: number;
  /** Its answer to the field as it is now. */
  readonly prediction: Prediction | null;
  readonly onCurve: OnCurve | null;
}

interface RungsProps {
  readonly rows: readonly RungRow[];
  /** What the drawing is; null until it is known. */
  readonly digit: number | null;
  readonly knob: Knob;
  readonly value: number;
  readonly sweep: Sweep | null;
  /** The strips belong to another drawing, or to other settings, until the new ones are there. */
  readonly isOutdated: boolean;
  readonly slider: ReactNode;
}

// the slider and every strip lie in the same column
const ROW =
  "grid grid-cols-[1.25rem_minmax(0,1fr)_auto] items-center gap-x-2 md:grid-cols-[1.25rem_10rem_5.25rem_minmax(0,1fr)_4.25rem]";
const STRIP = "col-span-full md:col-span-1 md:col-start-4 md:row-start-1";

/** Every rung: what it reads now, and along the whole slider. */
export function Rungs({ rows, digit, knob, value, sweep, isOutdated, slider }: RungsProps) {
  const hasCurve = rows.some(({ onCurve }) => onCurve !== null);
  return (
    <div>
      <div className={`${ROW} md:items-end`}>
        <p className="col-span-full flex flex-wrap items-baseline justify-between gap-x-3 md:col-span-3 md:block">
          <span className="font-semibold">{knob.title}: </span>
          <output data-testid="value">{knob.signedText(value)}</output>
        </p>
        <div className={`${STRIP} grid`}>{slider}</div>
        {hasCurve && (
          <p className="hidden text-right text-xs leading-tight text-soft md:col-start-5 md:row-start-1 md:block md:pb-1">
            Of 100 test {noun(2)}
          </p>
        )}
      </div>
      <p className="mb-1.5 text-xs text-soft">
        Filled: it reads the {digit === null ? noun() : nameOfClass(digit)}. Dashed: what it reads
        instead.
        {hasCurve && (
          <span className="md:hidden">
            {" "}
            Of 100: the test {noun(2)} that it reads at this level.
          </span>
        )}
      </p>
      <ul className="flex flex-col-reverse gap-1.5">
        {rows.map(({ name, title, step, prediction, onCurve }) => {
          const isRight = prediction !== null && prediction.digit === digit;
          return (
            <li key={name} data-testid="rung" data-model={name} className={ROW}>
              <span className="text-sm font-semibold text-soft">{step}</span>
              <span className="text-sm leading-tight">{title}</span>
              <span
                className={`flex items-center justify-end gap-x-1.5 md:justify-start ${areShort() ? "whitespace-nowrap" : "md:flex-wrap"}`}
              >
                <span
                  data-testid="rung-digit"
                  className={`grid min-w-7 place-items-center rounded-md border-2 px-1 leading-tight font-bold ${areShort() ? "text-lg" : "text-xs"} ${prediction && !isRight ? "border-dashed border-warn text-warn" : "border-transparent"}`}
                >
                  {prediction ? nameOfClass(prediction.digit) : "–"}
                </span>
                <span className="min-w-14 text-right text-xs leading-tight text-soft md:min-w-0">
                  {prediction && percent(prediction.confidence)}
                  {onCurve && <span className="block md:hidden">{ofHundred(onCurve)} of 100</span>}
                </span>
              </span>
              <Strip
                readings={sweep?.readings.get(name) ?? null}
                values={sweep?.values ?? []}
                knob={knob}
                value={value}
                digit={digit}
                isOutdated={isOutdated}
                title={title}
              />
              {onCurve && (
                <span className="hidden text-right text-sm text-soft md:col-start-5 md:row-start-1 md:block">
                  {ofHundred(onCurve)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <div className={`${ROW} mt-1 text-xs text-soft`} aria-hidden="true">
        <p className={`${STRIP} flex justify-between`}>
          <span>{knob.signedText(knob.min)}</span>
          <span>{knob.signedText(knob.max)}</span>
        </p>
      </div>
    </div>
  );
}

interface StripProps {
  readonly readings: readonly (number | null)[] | null;
  readonly values: readonly number[];
  readonly knob: Knob;
  readonly value: number;
  readonly digit: number | null;
  readonly isOutdated: boolean;
  readonly title: string;
}

/** What one rung reads at each value: runs of the same digit, the right ones filled. */
function Strip({ readings, values, knob, value, digit, isOutdated, title }: StripProps) {
  const place = `${STRIP} relative h-7`;
  if (!readings || digit === null) {
    return <span className={`${place} rounded-md border border-dashed border-line`} />;
  }
  const runs = runsOf(readings);
  const at = values.indexOf(value);
  return (
    <span
      role="img"
      data-testid="strip"
      aria-label={`${title}: ${runsText(runs, values, digit, knob)}`}
      className={`${place} flex transition-opacity ${isOutdated ? "opacity-50" : ""}`}
    >
      {runs.map(({ reading, from, length }) => {
        const isRight = reading === digit;
        return (
          <span
            key={from}
            style={{ flexGrow: length }}
            className={`shows-data grid min-w-0 basis-0 place-items-center overflow-hidden border text-xs leading-none first:rounded-l-md last:rounded-r-md ${isRight ? "border-2 border-accent bg-accent font-bold text-on-accent" : "border-dashed border-edge text-soft"}`}
          >
            {length / values.length > 0.04 && (reading === null ? "∅" : CLASS_NAME.tick(reading))}
          </span>
        );
      })}
      {at !== -1 && (
        <span
          className="shows-data absolute inset-y-0 w-0.5 -translate-x-1/2 bg-ink outline-1 outline-ground md:-inset-y-1"
          style={{ left: `${((100 * (at + 0.5)) / values.length).toFixed(3)}%` }}
        />
      )}
    </span>
  );
}
