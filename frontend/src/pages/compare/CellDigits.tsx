import type { DigitSheet } from "../../shared/api/types";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { cellText, placesInCell, type Cell } from "../../features/figures/cells";
import { nameOfClass, noun } from "../../shared/lib/classes";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { SpriteDigit } from "./SpriteDigit";
import type { ComparedModel } from "./comparedModels";

interface CellDigitsProps {
  readonly model: ComparedModel;
  readonly cell: Cell;
  readonly count: number;
  /** Null until loaded. */
  readonly sheet: DigitSheet | null;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** The digits behind a cell of a model's matrix. */
export function CellDigits(props: CellDigitsProps) {
  const { model, cell, count, sheet, url, changeUrl } = props;
  const places = sheet ? placesInCell(sheet, model.name, cell) : [];
  const heading = cellText(cell, count);
  return (
    <div data-testid="cell-digits" data-model={model.name} className="mt-3">
      <p className="text-sm font-semibold">{heading}</p>
      {sheet && places.length < count && (
        <p className="text-sm text-soft">
          {places.length === 0 ? "No picture" : `Pictures of ${places.length}`}: there are pictures
          of the {noun(2)} that a rung misread when the report was made, and examples of all others.
        </p>
      )}
      {sheet && places.length > 0 && (
        <ScrollRegion label={`${model.title}, ${heading}`} className="-mx-1.5 mt-0.5 max-h-64">
          <ul className="flex flex-wrap gap-1 p-1.5">
            {places.map((place) => (
              <li key={place}>
                <SpriteDigit
                  id={`${model.name}-digit-${sheet.indices[place] ?? ""}`}
                  sheet={sheet}
                  place={place}
                  label={`Test ${noun()} ${sheet.indices[place] ?? ""}: ${nameOfClass(cell.label)} read as ${nameOfClass(cell.read)}`}
                  url={url}
                  changeUrl={changeUrl}
                />
              </li>
            ))}
          </ul>
        </ScrollRegion>
      )}
    </div>
  );
}
