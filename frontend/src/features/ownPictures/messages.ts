import type { Field } from "../../engine/preprocessing";
import type { Preprocessing } from "../../shared/api/networks";
import type { LeftOut } from "./zipFiles";

/** A picture of which the field is made: what a model sees, or nothing of a blank one. */
export interface SeenPicture {
  readonly name: string;
  /** The class' index. */
  readonly label: number;
  /** Equal for equal bytes. */
  readonly file: string;
  readonly field: Field | null;
  /** From the bytes to the field. */
  readonly milliseconds: number;
}

/** What the page asks of the worker: once. */
export interface Asked {
  readonly archive: Blob;
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
}

/** What the worker says: a total, pictures, and at the end what it left out. */
export type Said =
  | { readonly kind: "total"; readonly total: number | null }
  | { readonly kind: "picture"; readonly picture: SeenPicture }
  | {
      readonly kind: "done";
      readonly leftOut: readonly LeftOut[];
      /** Of these, what the command reads and the browser does not. */
      readonly forCommand: readonly LeftOut[];
      readonly hidden: number;
    }
  | { readonly kind: "failed"; readonly message: string };
