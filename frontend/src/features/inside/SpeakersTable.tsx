import { magnitudeOf, roundedTerms } from "../../engine/evidence";
import type { LastSpeaker } from "../../engine/inner";
import type { Field } from "../../engine/preprocessing";
import { classNoun, nameOfClass } from "../../shared/lib/classes";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { Heat } from "./Heat";
import { plain, signed } from "./numbers";

/** Ink is readable on this much of the two colours. */
const MOST_COLOUR = 45;

interface SpeakersTableProps {
  /** "unit" or "map". */
  readonly what: string;
  /** Strongest first. */
  readonly speakers: readonly LastSpeaker[];
  readonly bias: readonly number[];
  readonly logits: readonly number[];
  /** How many have a row of their own; the others share one. */
  readonly shown: number;
  readonly field?: Field;
  /** The magnitude that has the full colour in their pictures. */
  readonly most: (speaker: LastSpeaker) => number;
}

/** What each unit or map says to each digit: every column adds up to the digit's logit. */
export function SpeakersTable(props: SpeakersTableProps) {
  const { what, speakers, bias, logits, shown, field, most } = props;
  const digits = [...logits.keys()];
  const own = speakers.slice(0, shown);
  const others = speakers.slice(shown).filter(({ strength }) => strength > 0);
  const amounts = [
    ...own.map(({ says }) => says),
    digits.map((digit) => others.reduce((sum, { says }) => sum + (says[digit] ?? 0), 0)),
    bias,
  ];
  // by digit, so that what is printed adds up
  const columns = digits.map((digit) =>
    roundedTerms(
      amounts.map((row) => row[digit] ?? 0),
      logits[digit] ?? 0,
      1,
    ),
  );
  const strongestSaid = magnitudeOf(own.flatMap(({ says }) => says));
  const answer = logits.indexOf(Math.max(...logits));
  const cells = (row: number) =>
    columns.map((column, digit) => (
      <td
        key={digit}
        className={`shows-data px-0.5 text-center ${digit === answer ? "font-bold" : ""}`}
        style={{ background: said(column[row] ?? 0, strongestSaid) }}
      >
        {signed(column[row] ?? 0, 1)}
      </td>
    ));
  return (
    // relative: what is there for screen readers alone is placed, and must scroll along
    <ScrollRegion label={`What each ${what} says to each ${classNoun()}`} className="relative">
      <table className="w-full border-separate border-spacing-px text-[0.6875rem] @2xl:text-xs">
        <thead>
          <tr>
            <th scope="col" className="text-left font-semibold text-soft">
              {what}
            </th>
            <th scope="col" className="px-1 font-semibold text-soft">
              speaks
            </th>
            {digits.map((digit) => (
              <th key={digit} scope="col" className="font-semibold text-soft">
                <span className="sr-only">to </span>
                {nameOfClass(digit)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {own.map((speaker, row) => (
            <tr key={speaker.number}>
              <th scope="row" className="w-12 min-w-12 pb-0.5 font-normal text-soft">
                <span className="sr-only">{`${what} ${speaker.number}`}</span>
                <Heat
                  values={speaker.picture.values}
                  grid={speaker.picture.grid}
                  most={most(speaker)}
                  label={null}
                  {...(field ? { field } : {})}
                />
              </th>
              <td className="px-1 text-center">{plain(speaker.strength, 1)}</td>
              {cells(row)}
            </tr>
          ))}
          {others.length > 0 && (
            <tr>
              <th scope="row" colSpan={2} className="py-1 text-left font-normal text-soft">
                {others.length} more
              </th>
              {cells(own.length)}
            </tr>
          )}
          <tr>
            <th scope="row" colSpan={2} className="py-1 text-left font-normal text-soft">
              bias
            </th>
            {cells(own.length + 1)}
          </tr>
        </tbody>
        <tfoot>
          <tr className="font-semibold">
            <th scope="row" colSpan={2} className="border-t border-edge py-1 text-left">
              = logit
            </th>
            {digits.map((digit) => (
              <td
                key={digit}
                className={`border-t border-edge text-center ${digit === answer ? "text-accent" : ""}`}
              >
                {plain(logits[digit] ?? 0, 1)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </ScrollRegion>
  );
}

function said(value: number, most: number): string {
  const share = Math.round(MOST_COLOUR * Math.min(1, Math.abs(value) / most));
  const colour = value > 0 ? "for" : "against";
  return `color-mix(in oklab, var(--${colour}) ${share}%, var(--paper))`;
}
