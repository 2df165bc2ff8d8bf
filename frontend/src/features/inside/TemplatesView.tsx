import { useMemo, useState } from "react";
import { scaleOf, strongest } from "../../engine/evidence";
import { logitsOf, templatesOf, type Inner } from "../../engine/inner";
import { Term } from "../glossary/Term";
import { Heat } from "./Heat";
import { plain } from "./numbers";
import { View } from "./View";
import { areDigits, classNoun, nameOfClass } from "../../shared/lib/classes";

interface TemplatesViewProps {
  /** Of one rung: another one needs another `key`. */
  readonly inner: Inner;
  /** The digit whose evidence is shown, and what chooses another. */
  readonly digit: number;
  readonly onChoose: (digit: number) => void;
}

/** The ten templates of a single layer, with the points that each gives to this drawing. */
export function TemplatesView({ inner, digit, onChoose }: TemplatesViewProps) {
  // the same for every drawing
  const [templates] = useState(() => templatesOf(inner));
  const most = useMemo(() => scaleOf((templates ?? []).map(({ values }) => values)), [templates]);
  if (!templates) return null;
  const logits = logitsOf(inner);
  const [answer] = strongest(logits, 1);
  return (
    <View
      title={`Its ${areDigits() ? "ten" : logits.length} templates`}
      about={
        <>
          This rung knows one template a {classNoun()}: ink on blue pixels speaks for the{" "}
          {classNoun()}, ink on orange ones against it. It lays each over the drawing and adds up,
          and the {classNoun()} with the highest <Term name="logit">logit</Term> wins.
        </>
      }
      source="LeCun, Bottou, Bengio, Haffner 1998, section III.C.1"
    >
      <ul className="grid grid-cols-5 gap-2">
        {templates.map(({ grid, values }, d) => (
          <li key={d}>
            <button
              type="button"
              aria-pressed={d === digit}
              className="block w-full cursor-pointer rounded-xl border border-transparent p-1 text-center text-sm hover:border-edge aria-pressed:border-accent aria-pressed:bg-wash"
              onClick={() => {
                onChoose(d);
              }}
            >
              <Heat values={values} grid={grid} most={most} label={null} />
              <span className={d === answer ? "font-bold" : ""}>
                <span className="sr-only">Template of </span>
                {nameOfClass(d)}
                <span className="sr-only">: logit</span>
                <span className="block text-xs">{plain(logits[d] ?? 0)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </View>
  );
}
