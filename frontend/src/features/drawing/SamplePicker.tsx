import type { Stroke } from "../../engine/strokes";
import { withArticle } from "../../shared/lib/article";
import { SAMPLES } from "./samples";
import { StrokesPicture } from "./StrokesPicture";

export function SamplePicker({ onChoose }: { onChoose: (strokes: readonly Stroke[]) => void }) {
  return (
    <section aria-labelledby="samples-heading" className="print:hidden">
      <h2 id="samples-heading" className="eyebrow mb-2">
        Or try one of these
      </h2>
      <ul className="grid grid-cols-5 gap-1.5">
        {SAMPLES.map(({ digit, strokes }) => (
          <li key={digit}>
            <button
              type="button"
              aria-label={`Sample drawing of ${withArticle(digit)}`}
              className="grid h-12 w-full cursor-pointer place-items-center rounded-xl border border-line transition-colors hover:border-edge hover:bg-paper"
              onClick={() => {
                onChoose(strokes);
              }}
            >
              <StrokesPicture strokes={strokes} crop={4} className="size-10" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
