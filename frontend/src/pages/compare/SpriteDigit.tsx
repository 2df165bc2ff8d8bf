import type { DigitSheet } from "../../shared/api/types";
import { spriteStyle } from "./sprites";

/** Twice 28 px, so that every pixel shows and none is blurred. */
const SIDE_PX = 56;

interface SpriteDigitProps {
  readonly sheet: DigitSheet;
  readonly place: number;
  readonly label: string;
}

/** One test digit, cut out of the sprite sheet. */
export function SpriteDigit({ sheet, place, label }: SpriteDigitProps) {
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      data-testid="sprite"
      className="block rounded-md bg-black [image-rendering:pixelated]"
      style={{ backgroundImage: `url("${sheet.image}")`, ...spriteStyle(sheet, place, SIDE_PX) }}
    />
  );
}
