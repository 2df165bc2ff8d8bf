interface ThumbnailProps {
  /** The 28×28 field as a data: URL; null where it was not kept. */
  readonly image: string | null;
  readonly alt: string;
  readonly side: number;
}

/** The field as the networks saw it, without blur. */
export function Thumbnail({ image, alt, side }: ThumbnailProps) {
  if (image === null) {
    return (
      <span
        className="grid aspect-square max-w-full place-items-center rounded-lg border border-dashed border-edge text-center text-xs leading-tight text-soft"
        style={{ width: side }}
      >
        Picture not kept
      </span>
    );
  }
  return (
    <img
      src={image}
      alt={alt}
      width={side}
      height={side}
      className="h-auto max-w-full rounded-lg border border-line bg-black [image-rendering:pixelated]"
    />
  );
}
