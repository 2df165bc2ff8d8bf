import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, toFailure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";
import { ENGINE } from "../prediction/useEngine";
import type { OwnReading, Progress } from "./readArchive";

export type OwnState =
  | { readonly phase: "idle" }
  | { readonly phase: "reading"; readonly name: string; readonly progress: Progress | null }
  | { readonly phase: "done"; readonly reading: OwnReading }
  /** The reason is a sentence. */
  | { readonly phase: "failed"; readonly name: string; readonly reason: string };

export interface OwnPicturesState {
  readonly state: OwnState;
  readonly read: (archive: File) => void;
  readonly cancel: () => void;
}

/** Reads a ZIP file of labelled pictures by every rung in this browser, one file at a time. */
export function useOwnPictures(multiplyAdds: ReadonlyMap<string, number>): OwnPicturesState {
  const queries = useQueryClient();
  const [state, setState] = useState<OwnState>({ phase: "idle" });
  const running = useRef<AbortController | null>(null);

  const cancel = useCallback(() => {
    running.current?.abort();
    setState({ phase: "idle" });
  }, []);
  useEffect(
    () => () => {
      running.current?.abort();
    },
    [],
  );

  const read = useCallback(
    (archive: File) => {
      running.current?.abort();
      const controller = new AbortController();
      const { signal } = controller;
      running.current = controller;
      const show = (next: OwnState) => {
        if (!signal.aborted) setState(next);
      };
      const { name } = archive;
      show({ phase: "reading", name, progress: null });
      const readNow = async () => {
        const [{ readArchive }, engine] = await Promise.all([
          import("./readArchive"),
          queries.query(ENGINE),
        ]);
        signal.throwIfAborted();
        return readArchive(archive, engine, multiplyAdds, signal, (progress) => {
          show({ phase: "reading", name, progress });
        });
      };
      readNow().then(
        (reading) => {
          show({ phase: "done", reading });
        },
        (error: unknown) => {
          show({ phase: "failed", name, reason: reasonOf(error) });
        },
      );
    },
    [queries, multiplyAdds],
  );
  return { state, read, cancel };
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiError) {
    const { title, detail } = failureText(toFailure(error), null);
    return `The networks could not be loaded. ${title}. ${detail}`;
  }
  return error instanceof Error ? error.message : String(error);
}
