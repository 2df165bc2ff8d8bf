import type { Stroke } from "../../engine/strokes";
import { withArticle } from "../../shared/lib/article";
import { areDigits, useClassNames } from "../../shared/lib/classes";
import { SAMPLES } from "./samples";
import { StrokesPicture } from "./StrokesPicture";

/** Drawings that every rung reads, where the classes are digits. */
export function SamplePicker({ onChoose }: { onChoose: (strokes: readonly Stroke[]) => void }) {
  useClassNames();
  if (!areDigits()) return null;
  return (
    <div role="group" aria-label="Easy ones" className="flex gap-1">
      {SAMPLES.map(({ digit, strokes }) => (
        <button
          key={digit}
          type="button"
          aria-label={`Sample drawing of ${withArticle(digit)}`}
          className="grid size-11 cursor-pointer place-items-center rounded-xl border border-line transition-colors hover:border-edge hover:bg-paper"
          onClick={() => {
            onChoose(strokes);
          }}
        >
          <StrokesPicture strokes={strokes} crop={4} className="size-9" />
        </button>
      ))}
    </div>
  );
}
