import { useEffect, useState } from "react";
import type { Engine } from "../../engine/engine";
import { occlude, type Occlusion } from "../../engine/occlusion";
import type { Field } from "../../engine/preprocessing";

/** A drawing that has not changed for so long is covered, part by part. */
const SETTLED_MS = 200;

const nextFrame = () =>
  new Promise<void>((resolve) => {
    requestAnimationFrame(() => {
      resolve();
    });
  });

interface Covered {
  readonly model: string;
  readonly field: Field;
  readonly occlusion: Occlusion;
}

/** What covering parts of the drawing changes; of the drawing before while the pen is down. */
export function useOcclusion(
  engine: Engine,
  model: string,
  field: Field,
  isDrawing: boolean,
): Covered | null {
  const [covered, setCovered] = useState<Covered | null>(null);
  useEffect(() => {
    if (isDrawing) return;
    const changed = new AbortController();
    const temperature = engine.rungs.find((rung) => rung.model === model)?.temperature ?? 1;
    const timer = setTimeout(() => {
      const logits = (of: Field) => engine.logits(model, of);
      void occlude(field, logits, temperature, changed.signal, nextFrame).then((occlusion) => {
        if (occlusion) setCovered({ model, field, occlusion });
      });
    }, SETTLED_MS);
    return () => {
      clearTimeout(timer);
      changed.abort();
    };
  }, [engine, model, field, isDrawing]);
  return covered?.model === model ? covered : null;
}
