import type { DigitSheet } from "../../shared/api/types";
import { cellWords, placesInCell, type Cell } from "./cells";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { SpriteDigit } from "./SpriteDigit";
import type { ComparedRung } from "./comparedModels";

interface CellDigitsProps {
  readonly rung: ComparedRung;
  readonly cell: Cell;
  readonly count: number;
  /** Null until it came. */
  readonly sheet: DigitSheet | null;
}

/** The digits behind a cell of a rung's matrix. */
export function CellDigits({ rung, cell, count, sheet }: CellDigitsProps) {
  const places = sheet ? placesInCell(sheet, rung.name, cell) : [];
  const words = cellWords(cell, count);
  return (
    <div data-testid="cell-digits" data-rung={rung.name} className="mt-3">
      <p className="text-sm font-semibold">{words}</p>
      {sheet && places.length < count && (
        <p className="text-sm text-soft">
          {places.length === 0 ? "No picture" : `Pictures of ${places.length}`}: the sheet holds the
          digits that a rung read wrong when it was made, and examples of all others.
        </p>
      )}
      {sheet && places.length > 0 && (
        <ScrollRegion label={`${rung.title}, ${words}`} className="mt-2 max-h-64">
          <ul className="flex flex-wrap gap-1">
            {places.map((place) => (
              <li key={place}>
                <SpriteDigit
                  sheet={sheet}
                  place={place}
                  label={`Test digit ${sheet.indices[place] ?? ""}: ${cell.label} read as ${cell.read}`}
                />
              </li>
            ))}
          </ul>
        </ScrollRegion>
      )}
    </div>
  );
}
