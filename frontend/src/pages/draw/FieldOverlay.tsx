import type { PointerEvent, ReactNode } from "react";
import { EXPORT_SIDE } from "../../engine/rasterise";
import type { Drawing } from "../../features/drawing/history";
import { RegionFrame } from "../../features/drawing/RegionFrame";
import { boxOnField, type PixelBox } from "../../features/drawing/regions";
import { DigitBoxes } from "../../features/prediction/DigitBoxes";
import { chosenDigit } from "../../features/prediction/reading";
import type { Prediction } from "../../shared/api/types";

interface FieldOverlayProps {
  readonly drawing: Drawing;
  /** The chosen model's answer to this drawing; null until it is there. */
  readonly prediction: Prediction | null;
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
  readonly onRegion: (region: PixelBox) => void;
  /** The field. */
  readonly children: ReactNode;
}

/** What was found, over the field: the part of a picture that is read, and a box for each digit. */
export function FieldOverlay(props: FieldOverlayProps) {
  const { drawing, prediction, chosen, onChoose, onRegion, children } = props;
  const { picture } = drawing;
  const size = picture?.size ?? { width: EXPORT_SIDE, height: EXPORT_SIDE };
  const digits = prediction?.read?.digits ?? [];
  const isShown = picture?.bitmap !== null;
  const region = picture?.region ?? prediction?.preprocessing.box ?? null;

  const chooseAt = (event: PointerEvent<HTMLElement>) => {
    const field = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - field.left) / field.width;
    const y = (event.clientY - field.top) / field.height;
    const pointed = digits.findIndex(({ box }) => {
      const { left, top, width, height } = boxOnField(box, size);
      return x >= left && x < left + width && y >= top && y < top + height;
    });
    if (pointed !== -1) onChoose(pointed);
  };

  return (
    <div
      data-field
      // a frame's handles may reach over the field's edge, and no frame beyond them
      className="relative overflow-clip [overflow-clip-margin:0.75rem]"
      onPointerMove={chooseAt}
      onPointerDown={chooseAt}
    >
      {children}
      {picture?.bitmap && region && <RegionFrame box={region} size={size} onChange={onRegion} />}
      {isShown && (
        <DigitBoxes
          digits={digits}
          size={size}
          chosen={chosenDigit(digits, chosen)?.index ?? 0}
          onChoose={onChoose}
        />
      )}
      {!isShown && (
        <p className="pointer-events-none absolute inset-0 grid place-items-center p-6 text-center text-soft">
          This browser cannot show the picture. The server may know its format.
        </p>
      )}
    </div>
  );
}
