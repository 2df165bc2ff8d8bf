import { useEffect, useRef } from "react";
import { FIELD_PX, type Field } from "../../engine/preprocessing";

interface FieldCanvasProps {
  readonly field: Field;
  readonly label: string;
  readonly className: string;
}

/** A field as the networks see it: light ink on black, each pixel a square. */
export function FieldCanvas({ field, label, className }: FieldCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(FIELD_PX, FIELD_PX);
    field.forEach((level, i) => {
      image.data.set([level, level, level, 255], 4 * i);
    });
    context.putImageData(image, 0, 0);
  }, [field]);
  return (
    <div role="img" aria-label={label} className={className}>
      <canvas
        ref={canvas}
        width={FIELD_PX}
        height={FIELD_PX}
        className="block aspect-square w-full bg-black [image-rendering:pixelated]"
      />
    </div>
  );
}
