import { useEffect, useState } from "react";
import type { Engine } from "../../engine/engine";
import { FIELD_PX, type Field } from "../../engine/preprocessing";
import type { Prediction } from "../../shared/api/types";
import { knobOf, type KnobName } from "./knobs";
import type { Nudge } from "./nudge";
import { sweep, type Sweep } from "./sweep";

interface Read {
  readonly field: Field;
  readonly results: readonly Prediction[];
}

/** Every rung's answer to a field; while it is being read, the one before. */
export function useFieldAnswers(engine: Engine | null, field: Field | null): Read | null {
  const [read, setRead] = useState<Read | null>(null);
  useEffect(() => {
    if (!engine || !field) return;
    let isWanted = true;
    const box = [0, 0, FIELD_PX, FIELD_PX] as const;
    void engine.answer({ field, box, inverted: false }).then((results) => {
      if (isWanted) setRead({ field, results });
    });
    return () => {
      isWanted = false;
    };
  }, [engine, field]);
  return field && read;
}

/** What the rungs read along one slider, and whether that is still so for the rest of the nudge. */
export function useSweep(
  engine: Engine | null,
  field: Field | null,
  nudge: Nudge,
  chosen: KnobName,
): { readonly sweep: Sweep | null; readonly isCurrent: boolean } {
  const [found, setFound] = useState<{ field: Field; key: string; sweep: Sweep } | null>(null);
  const knob = knobOf(chosen);
  // where the slider stands changes nothing along it
  const key = JSON.stringify({ ...nudge, [chosen]: knob.harmless, chosen });
  useEffect(() => {
    if (!engine || !field) return;
    const controller = new AbortController();
    const rest = JSON.parse(key) as Nudge;
    sweep(engine, field, rest, knob, controller.signal).then(
      (sweep) => {
        setFound({ field, key, sweep });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) throw error;
      },
    );
    return () => {
      controller.abort();
    };
  }, [engine, field, key, knob]);
  const isOfKnob = found?.sweep.knob === knob && field !== null;
  return {
    sweep: isOfKnob ? found.sweep : null,
    isCurrent: isOfKnob && found.field === field && found.key === key,
  };
}
