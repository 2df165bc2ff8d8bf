import { markerPath, type ModelStyle } from "./modelStyle";

/** A model's marker, as in every plot and legend. */
export function MarkerIcon({ style, size = 14 }: { style: ModelStyle; size?: number }) {
  return (
    <svg viewBox="-8 -8 16 16" width={size} height={size} className="shrink-0" aria-hidden="true">
      <path d={markerPath(style.marker, 0, 0, 5.6)} fill={style.colour} />
    </svg>
  );
}
