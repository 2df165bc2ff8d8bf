import { encode } from "fast-png";
import { useState } from "react";
import { FIELD_PX, type Field } from "../../engine/preprocessing";
import { count } from "../../features/figures/format";
import type { AnsweredPicture } from "../../features/ownPictures/report";
import { pngUrl } from "../../shared/lib/pngUrl";

const SHOWN_AT_ONCE = 24;

interface OwnMisreadProps {
  readonly pictures: readonly AnsweredPicture[];
  /** What a model sees of each picture. */
  readonly fields: readonly (Field | null)[];
  readonly titles: ReadonlyMap<string, string>;
}

/** The pictures that some rung misreads, as the rungs see them, with what each of them said. */
export function OwnMisread({ pictures, fields, titles }: OwnMisreadProps) {
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const misread = pictures
    .map((picture, place) => ({ picture, field: fields[place] ?? null }))
    .filter(({ picture: { counts, label, answers } }) =>
      counts ? answers.some(({ read }) => read !== label) : false,
    );
  return (
    <div className="mt-8">
      <h3 className="text-lg font-semibold">Misread by some rung: {count(misread.length)}</h3>
      <ul className="mt-3 grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-4">
        {misread.slice(0, most).map(({ picture, field }) => (
          <li
            key={picture.name}
            data-testid="own-misread"
            className="flex min-w-0 gap-3 rounded-2xl border border-line bg-paper p-3"
          >
            {field ? (
              <img
                src={fieldUrl(field)}
                alt={`${picture.name}, as the rungs see it`}
                width={84}
                height={84}
                className="size-21 shrink-0 rounded-lg bg-black [image-rendering:pixelated]"
              />
            ) : (
              <p className="grid size-21 shrink-0 place-items-center rounded-lg border border-line text-center text-xs text-soft">
                nothing found
              </p>
            )}
            <div className="min-w-0 text-sm">
              <p className="font-semibold wrap-anywhere">
                {picture.label} <span className="font-normal text-soft">{picture.name}</span>
              </p>
              <ul>
                {picture.answers.map(({ rung, read, confidence, verdict }) => (
                  <li key={rung} className={read === picture.label ? "text-soft" : "font-medium"}>
                    {titles.get(rung) ?? rung}: {read ?? "nothing"}
                    {confidence !== null &&
                      ` (${Math.floor(confidence * 100)}%, ${verdict.replaceAll("_", " ")})`}
                  </li>
                ))}
              </ul>
            </div>
          </li>
        ))}
      </ul>
      {misread.length > most && (
        <button
          type="button"
          className="button mt-3"
          onClick={() => {
            setMost(most + SHOWN_AT_ONCE);
          }}
        >
          Show {count(Math.min(SHOWN_AT_ONCE, misread.length - most))} more
        </button>
      )}
    </div>
  );
}

function fieldUrl(field: Field): string {
  return pngUrl(encode({ width: FIELD_PX, height: FIELD_PX, data: field, depth: 8, channels: 1 }));
}
