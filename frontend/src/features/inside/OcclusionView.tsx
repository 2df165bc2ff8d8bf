import { useMemo } from "react";
import { magnitudeOf } from "../../engine/evidence";
import { fallsOf, SQUARES_GRID, type Occlusion } from "../../engine/occlusion";
import type { Field } from "../../engine/preprocessing";
import { areDigits, areShort, nameOfClass } from "../../shared/lib/classes";
import { percent } from "../prediction/format";
import { Heat } from "./Heat";
import { occlusionText } from "./occlusionText";
import { View } from "./View";

interface OcclusionViewProps {
  /** Null until it was asked. */
  readonly occlusion: Occlusion | null;
  /** The drawing that was covered. */
  readonly field: Field;
  /** The drawing has changed since. */
  readonly isOutdated: boolean;
}

/** What happens to the answer where a part of the drawing is covered. */
export function OcclusionView({ occlusion, field, isOutdated }: OcclusionViewProps) {
  return (
    <View
      title="Cover a part of it"
      about={`A square of 8 × 8 pixels is slid over the drawing, and the rung is asked again each time. The bluer a place, the more the answer hangs on it; ${areDigits() ? "a number says what the rung reads" : "a sign says that the rung reads something else"} when that place is covered.`}
      source="Zeiler, Fergus, “Visualizing and understanding convolutional networks”, ECCV 2014, section 4.2"
    >
      <div
        className={`grid gap-x-6 gap-y-2 @md:grid-cols-[minmax(0,13rem)_minmax(0,1fr)] ${isOutdated ? "opacity-60" : ""}`}
      >
        <div className="relative max-w-52">
          <Covered occlusion={occlusion} field={field} />
        </div>
        <p data-testid="occlusion" className="min-h-20 text-lg">
          {occlusion ? occlusionText(occlusion, percent) : "Covering one part after the other…"}
        </p>
      </div>
    </View>
  );
}

/** The field with the digits that are said where a square is covered. */
function Covered({ occlusion, field }: { occlusion: Occlusion | null; field: Field }) {
  const falls = useMemo(() => fallsOf(occlusion?.covered ?? []), [occlusion]);
  const changing = occlusion?.covered.filter(({ digit }) => digit !== occlusion.digit) ?? [];
  return (
    <>
      {/* below a fall of 2, e² in the odds, nothing much has changed */}
      <Heat
        values={falls}
        grid={SQUARES_GRID}
        most={magnitudeOf(falls, 2)}
        field={field}
        label={null}
      />
      <svg
        viewBox={`0 0 ${SQUARES_GRID.side} ${SQUARES_GRID.side}`}
        className="absolute inset-0 size-full"
        aria-hidden="true"
      >
        {changing.map(({ column, row, digit }) => (
          <text
            key={`${column} ${row}`}
            x={column + 0.5}
            y={row + 0.77}
            fontSize="0.75"
            textAnchor="middle"
            className="fill-ink stroke-paper font-bold"
            strokeWidth="0.16"
            paintOrder="stroke"
          >
            {areShort() ? nameOfClass(digit) : "×"}
          </text>
        ))}
      </svg>
    </>
  );
}
