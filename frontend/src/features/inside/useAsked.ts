import { useEffect, useState } from "react";
import type { Field } from "../../engine/preprocessing";

type Asked<T> =
  | { readonly phase: "pending" }
  /** The answer is about this field: the one before, while a new one is awaited. */
  | { readonly phase: "answered"; readonly field: Field; readonly value: T }
  | { readonly phase: "failed"; readonly error: Error };

interface Kept<T> {
  readonly ask: (field: Field) => Promise<T>;
  readonly asked: Asked<T>;
}

/**
 * Asks about the field whenever it changes; `ask` is another function for another rung, whose
 * answers are not mixed.
 */
export function useAsked<T>(ask: (field: Field) => Promise<T>, field: Field): Asked<T> {
  const [kept, setKept] = useState<Kept<T> | null>(null);
  useEffect(() => {
    let isOver = false;
    const keep = (asked: Asked<T>) => {
      if (!isOver) setKept({ ask, asked });
    };
    ask(field).then(
      (value) => {
        keep({ phase: "answered", field, value });
      },
      (error: unknown) => {
        keep({ phase: "failed", error: error instanceof Error ? error : new Error(String(error)) });
      },
    );
    return () => {
      isOver = true;
    };
  }, [ask, field]);
  return kept?.ask === ask ? kept.asked : { phase: "pending" };
}
