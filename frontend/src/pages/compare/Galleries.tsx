import { useMemo } from "react";
import type { Loaded } from "../../shared/api/loaded";
import type { Comparison, DigitSheet } from "../../shared/api/types";
import { noun } from "../../shared/lib/classes";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import {
  chance,
  count,
  digits,
  points,
  pointsInterval,
  pValue,
} from "../../features/figures/format";
import { Select } from "../../shared/ui/Select";
import { Gallery } from "./Gallery";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import type { ComparedModel } from "./comparedModels";
import { pairAfter } from "./choice";
import { placesOf } from "../../features/testDigits/sprites";

interface GalleriesProps {
  readonly models: readonly ComparedModel[];
  readonly a: ComparedModel;
  readonly b: ComparedModel;
  readonly comparison: Loaded<Comparison>;
  readonly sheet: Loaded<DigitSheet>;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** The digits that b gets right and a wrong, and the other way round. */
export function Galleries({ models, a, b, comparison, sheet, url, changeUrl }: GalleriesProps) {
  const loaded = sheet.phase === "loaded" ? sheet.value : null;
  const places = useMemo(() => (loaded ? placesOf(loaded) : new Map<number, number>()), [loaded]);
  const pair = { a: a.name, b: b.name };
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <Select
          label="From"
          options={models}
          chosen={a.name}
          onChoose={(name) => {
            changeUrl(pairAfter(pair, "a", name));
          }}
        />
        <Select
          label="to"
          options={models}
          chosen={b.name}
          onChoose={(name) => {
            changeUrl(pairAfter(pair, "b", name));
          }}
        />
        <button
          type="button"
          className="button"
          onClick={() => {
            changeUrl(pairAfter(pair, "a", b.name));
          }}
        >
          Swap
        </button>
      </div>
      {comparison.phase !== "loaded" ? (
        <div className="mt-4">
          <LoadNotice loaded={comparison} title="These two rungs could not be compared" />
        </div>
      ) : (
        <>
          <Difference a={a} b={b} found={comparison.value} />
          {loaded && (
            <div className="mt-5 grid grid-cols-1 gap-8 lg:grid-cols-2">
              <Gallery
                title="Fixed"
                about={`${a.title} gets them wrong, ${b.title} right.`}
                digits={comparison.value.fixed}
                titleA={a.title}
                titleB={b.title}
                sheet={loaded}
                places={places}
                url={url}
                changeUrl={changeUrl}
              />
              <Gallery
                title="Broken"
                about={`${a.title} gets them right, ${b.title} wrong.`}
                digits={comparison.value.broken}
                titleA={a.title}
                titleB={b.title}
                sheet={loaded}
                places={places}
                url={url}
                changeUrl={changeUrl}
              />
            </div>
          )}
        </>
      )}
    </>
  );
}

interface DifferenceProps {
  readonly a: ComparedModel;
  readonly b: ComparedModel;
  readonly found: Comparison;
}

function Difference({ a, b, found }: DifferenceProps) {
  const { fixed, broken, p_value: p } = found;
  const alike = fixed.length + broken.length === 0;
  return (
    <div data-testid="difference" className="mt-4">
      <p className="text-2xl font-semibold">{points(found.difference)}</p>
      <p>
        <span className="font-semibold">
          {alike ? `Both get the same ${noun(2)} right` : chance(p)}
        </span>{" "}
        <span className="text-soft">
          ({pValue(p)}, 95% interval {pointsInterval(found.difference_interval)})
        </span>
      </p>
      <p className="mt-1 text-sm text-soft">
        Of {count(found.n)} test {noun(2)}, {b.title} gets {digits(fixed.length)} right that{" "}
        {a.title} gets wrong, and {a.title} gets {digits(broken.length)} right that {b.title} gets
        wrong. Under each {noun()}: its label, then what {a.title} reads → what {b.title} reads.
      </p>
    </div>
  );
}
