import { useCallback, useEffect, useState } from "react";
import { listModels } from "../api/client";
import { ApiError, retryDelayMs, type Failure } from "../api/failure";
import type { ModelSummary } from "../api/types";

export interface Models {
  /** In ladder order; null until they came. */
  readonly models: readonly ModelSummary[] | null;
  readonly failure: Failure | null;
  readonly retryInMs: number | null;
  readonly retry: () => void;
}

interface Trouble {
  readonly failure: Failure;
  readonly retryInMs: number | null;
}

/** The list of rungs, asked for again by itself where that can help. */
export function useModels(): Models {
  const [attempt, setAttempt] = useState(0);
  const [models, setModels] = useState<readonly ModelSummary[] | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const retry = useCallback(() => {
    setAttempt((n) => n + 1);
  }, []);

  useEffect(() => {
    if (models) return;
    const request = new AbortController();
    listModels(request.signal).then(setModels, (error: unknown) => {
      if (request.signal.aborted) return;
      const failure = error instanceof ApiError ? error.failure : unforeseen(error);
      setTrouble({ failure, retryInMs: retryDelayMs(failure, attempt) });
    });
    return () => {
      request.abort();
    };
  }, [attempt, models]);

  useEffect(() => {
    if (!trouble || models) return;
    window.addEventListener("online", retry);
    const timer = trouble.retryInMs === null ? null : setTimeout(retry, trouble.retryInMs);
    return () => {
      window.removeEventListener("online", retry);
      if (timer !== null) clearTimeout(timer);
    };
  }, [trouble, models, retry]);

  return {
    models,
    failure: models ? null : (trouble?.failure ?? null),
    retryInMs: trouble?.retryInMs ?? null,
    retry,
  };
}

function unforeseen(error: unknown): Failure {
  return { kind: "refused", status: 0, title: "The list did not come", detail: String(error) };
}
