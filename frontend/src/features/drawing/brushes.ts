import { EXPORT_SIDE } from "../../engine/rasterise";

export interface Brush {
  readonly name: "thin" | "medium" | "thick";
  readonly label: string;
  /** A fraction of the field's side. */
  readonly width: number;
}

export const BRUSHES: readonly [Brush, Brush, Brush] = [
  { name: "thin", label: "Thin pen", width: 12 / EXPORT_SIDE },
  { name: "medium", label: "Medium pen", width: 18 / EXPORT_SIDE },
  { name: "thick", label: "Thick pen", width: 26 / EXPORT_SIDE },
];

export const DEFAULT_BRUSH: Brush = BRUSHES[1];
