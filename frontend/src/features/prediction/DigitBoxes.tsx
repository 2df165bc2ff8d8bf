import type { ReadDigit } from "../../shared/api/types";
import { boxOnField, boxStyle, type Size } from "../drawing/regions";
import { percent } from "./format";

/** A label above a box nearer to the field's top than this would be cut off. */
const LABEL_HEIGHT = 0.1;

interface DigitBoxesProps {
  readonly digits: readonly ReadDigit[];
  readonly size: Size;
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

/**
 * A box for each digit, with its answer. The pointer passes through, so that one can go on drawing
 * below them; the keyboard reaches them.
 */
export function DigitBoxes({ digits, size, chosen, onChoose }: DigitBoxesProps) {
  return digits.map(({ digit, confidence, verdict, box }, i) => {
    const isBelow = boxOnField(box, size).top < LABEL_HEIGHT;
    const colours = verdict === "unsure" ? "border-warn text-warn" : "border-accent text-accent";
    return (
      <button
        key={i}
        type="button"
        data-testid="digit-box"
        aria-pressed={i === chosen}
        className={`pointer-events-none absolute rounded-md border-2 ${colours} ${i === chosen ? "" : "border-dashed"}`}
        style={boxStyle(box, size)}
        onFocus={() => {
          onChoose(i);
        }}
        onClick={() => {
          onChoose(i);
        }}
      >
        <span className="sr-only">{`Digit ${i + 1} of ${digits.length}: `}</span>
        <span
          className={`absolute left-1/2 -translate-x-1/2 rounded-sm bg-paper/85 px-0.5 text-center text-[0.6875rem] leading-tight ${isBelow ? "top-full" : "bottom-full"}`}
        >
          <span className="block text-sm font-bold">{digit}</span>
          <span className="block whitespace-nowrap">{percent(confidence)}</span>
        </span>
      </button>
    );
  });
}
