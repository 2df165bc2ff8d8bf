import { urlOf } from "../../shared/api/staticSite";
import type { DigitSheet } from "../../shared/api/types";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { StateLink } from "../../shared/ui/StateLink";
import { spriteStyle } from "../../features/testDigits/sprites";

/** Twice 28 px, so that every pixel shows and none is blurred. */
const SIDE_PX = 56;

interface SpriteDigitProps {
  /** The same digit can be on the page several times. */
  readonly id: string;
  readonly sheet: DigitSheet;
  readonly place: number;
  readonly label: string;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** One test digit, cut out of the sprite sheet; it opens on the drawing page. */
export function SpriteDigit({ id, sheet, place, label, url, changeUrl }: SpriteDigitProps) {
  return (
    <StateLink
      id={id}
      url={url}
      change={{ view: null, digit: String(sheet.indices[place]), drawing: null }}
      changeUrl={changeUrl}
      className="block w-fit rounded-md hover:outline-3 hover:outline-accent"
    >
      <span
        role="img"
        aria-label={label}
        title={label}
        data-testid="sprite"
        className="shows-data block rounded-md bg-black [image-rendering:pixelated]"
        style={{
          backgroundImage: `url("${urlOf(sheet.image)}")`,
          ...spriteStyle(sheet, place, SIDE_PX),
        }}
      />
    </StateLink>
  );
}
