import { memo } from "react";
import type { ComparedDigit, DigitSheet } from "../../shared/api/types";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { digits as digitsText } from "../../features/figures/format";
import { areShort, nameOfClass, noun } from "../../shared/lib/classes";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { SpriteDigit } from "./SpriteDigit";

interface GalleryProps {
  readonly title: string;
  readonly about: string;
  readonly digits: readonly ComparedDigit[];
  readonly titleA: string;
  readonly titleB: string;
  readonly sheet: DigitSheet;
  readonly places: ReadonlyMap<number, number>;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** Test digits that exactly one of two models gets right. */
export const Gallery = memo(function Gallery(props: GalleryProps) {
  const { title, about, digits, titleA, titleB, sheet, places, url, changeUrl } = props;
  return (
    <div data-testid="gallery" className="min-w-0">
      <h3 className="text-lg font-semibold">
        {title}: {digitsText(digits.length)}
      </h3>
      <p className="text-sm text-soft">{about}</p>
      {digits.length > 0 && (
        <ScrollRegion label={title} className="-mx-1.5 mt-1.5 max-h-96">
          <ul className="grid grid-cols-[repeat(auto-fill,3.5rem)] gap-x-2 gap-y-3 p-1.5">
            {digits.map(({ index, label, a, b }) => {
              const place = places.get(index);
              const description = `Test ${noun()} ${index} is ${nameOfClass(label)}: ${titleA} reads ${nameOfClass(a)}, ${titleB} reads ${nameOfClass(b)}`;
              return (
                <li key={index} className="text-center text-sm">
                  {place === undefined ? (
                    <span className="grid size-14 place-items-center rounded-md border border-dashed border-edge text-xs text-soft">
                      no picture
                    </span>
                  ) : (
                    <SpriteDigit
                      id={`${title.toLowerCase()}-digit-${index}`}
                      sheet={sheet}
                      place={place}
                      label={description}
                      url={url}
                      changeUrl={changeUrl}
                    />
                  )}
                  <span
                    aria-hidden={place !== undefined}
                    className={
                      areShort()
                        ? "whitespace-nowrap"
                        : "block text-xs/tight [overflow-wrap:anywhere]"
                    }
                  >
                    <span className="font-bold">{nameOfClass(label)}</span>{" "}
                    <span className="text-soft">
                      {nameOfClass(a)}→{nameOfClass(b)}
                    </span>
                  </span>
                </li>
              );
            })}
          </ul>
        </ScrollRegion>
      )}
    </div>
  );
});
