import { urlOf } from "../../shared/api/staticSite";
import type { ReactNode } from "react";
import type { Drawing } from "../drawing/history";
import { StrokesPicture } from "../drawing/StrokesPicture";
import { placesOf, spriteStyle } from "../testDigits/sprites";
import { useDigitSheet } from "../testDigits/useTestDigit";
import type { Stroke } from "../../engine/strokes";
import type { DigitSheet } from "../../shared/api/types";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { StateLink } from "../../shared/ui/StateLink";
import { useHardOnes } from "./useHardOnes";

const SIDE_PX = 56;

interface HardOnesShelfProps {
  readonly drawing: Drawing;
  readonly onShow: (strokes: readonly Stroke[]) => void;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** Drawings that show what each rung buys: a tap puts one on the field. */
export function HardOnesShelf({ drawing, onShow, url, changeUrl }: HardOnesShelfProps) {
  const shelf = useHardOnes();
  const loadedSheet = useDigitSheet();
  const sheet = loadedSheet.phase === "loaded" ? loadedSheet.value : null;
  if (!shelf || shelf.items.length === 0) return null;
  const places = sheet && placesOf(sheet);
  const card =
    "flex h-full w-66 cursor-pointer items-center gap-3 rounded-2xl border border-line p-2 pr-3 text-left text-[0.8125rem]/4.5 transition-colors hover:border-edge hover:bg-paper aria-[current]:border-accent aria-[current]:bg-wash";
  return (
    <section aria-labelledby="hard-heading" data-testid="hard-ones" className="min-w-0">
      <h2 id="hard-heading" className="font-semibold">
        Hard ones
      </h2>
      <p className="text-sm text-soft">
        Misread by the lower rungs, read by the higher ones; the hardest last.
      </p>
      <ul className="mt-2 flex snap-x scroll-px-1 gap-2 overflow-x-auto p-1 pb-3">
        {shelf.items.map((item) => (
          <li key={item.id} className="shrink-0 snap-start">
            {item.strokes ? (
              <button
                type="button"
                aria-current={drawing.strokes === item.strokes ? "true" : undefined}
                className={card}
                onClick={() => {
                  if (item.strokes) onShow(item.strokes);
                }}
              >
                <Frame>
                  <StrokesPicture strokes={item.strokes} className="size-full" />
                </Frame>
                {item.sentence}
              </button>
            ) : (
              <StateLink
                url={url}
                change={{ view: null, digit: String(item.index), drawing: null }}
                changeUrl={changeUrl}
                aria-current={url.digit === String(item.index) ? "true" : undefined}
                className={card}
              >
                <Sprite sheet={sheet} place={places?.get(item.index)} />
                {item.sentence}
              </StateLink>
            )}
          </li>
        ))}
      </ul>
      <p className="text-xs text-soft">{shelf.origins.join(" ")}</p>
    </section>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return (
    <span className="block size-14 shrink-0 rounded-lg border border-line bg-paper">
      {children}
    </span>
  );
}

interface SpriteProps {
  readonly sheet: DigitSheet | null;
  readonly place: number | undefined;
}

/** A test digit, cut out of the sprite sheet; an empty frame until that is there. */
function Sprite({ sheet, place }: SpriteProps) {
  if (!sheet || place === undefined) return <Frame>{null}</Frame>;
  return (
    <span
      aria-hidden="true"
      className="block shrink-0 rounded-lg bg-black [image-rendering:pixelated]"
      style={{
        backgroundImage: `url("${urlOf(sheet.image)}")`,
        ...spriteStyle(sheet, place, SIDE_PX),
      }}
    />
  );
}
