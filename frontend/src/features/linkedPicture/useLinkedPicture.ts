import { useEffect, useEffectEvent, useRef } from "react";
import type { PictureLink } from "../drawing/picture";
import type { DrawingState } from "../drawing/useDrawing";
import type { Loaded } from "../../shared/api/loaded";
import type { ChangeUrl } from "../../shared/lib/urlState";

/** A picture to open, which stays the same object until another is wanted. */
interface LinkedPicture {
  readonly caption: string;
  readonly png: Blob;
}

interface LinkAndPicture<T> {
  readonly parameter: PictureLink["parameter"];
  /** What the link says. */
  readonly named: string | null;
  /** The same, as the page writes it. */
  readonly value: string | null;
  /** Null where there is no such picture. */
  readonly loaded: Loaded<T | null>;
  readonly changeUrl: ChangeUrl;
}

/**
 * Keeps link and field together: opens the picture that the link names, and has the link name the
 * one that is on the field after every change of the drawing. Null without a picture to load.
 */
export function useLinkedPicture<T extends LinkedPicture>(
  { parameter, named, value, loaded, changeUrl }: LinkAndPicture<T>,
  { drawing, isDrawing, openPicture }: DrawingState,
): Loaded<T | null> | null {
  const link = drawing.picture?.link;
  const shown = link?.parameter === parameter ? link.value : null;
  const picture = loaded.phase === "loaded" ? loaded.value : null;

  const open = useEffectEvent(({ caption, png }: LinkedPicture) => {
    // it would end a stroke that is being drawn
    if (value !== null && value !== shown && !isDrawing) {
      openPicture(png, caption, { parameter, value });
    }
  });
  useEffect(() => {
    if (picture) open(picture);
  }, [picture]);

  const lastDrawing = useRef(drawing);
  useEffect(() => {
    const hasChanged = lastDrawing.current !== drawing;
    lastDrawing.current = drawing;
    // a picture that the link names and that is not there yet is still being loaded
    if (named !== shown && (hasChanged || named === null)) {
      changeUrl({ [parameter]: shown }, "replace");
    }
  }, [drawing, shown, named, parameter, changeUrl]);

  const isOnField = value !== null && value === shown;
  return named === null || isOnField ? null : loaded;
}
