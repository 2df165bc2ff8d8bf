import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { predictAll } from "../../shared/api/client";
import { exportPicture } from "../drawing/encodeDrawing";
import type { Drawing } from "../drawing/history";
import { Reader, type Reading } from "./reader";

async function ask(drawing: Drawing, signal: AbortSignal) {
  const answer = await predictAll(await exportPicture(drawing), signal);
  return answer.results;
}

export interface ReaderHandle {
  readonly reading: Reading;
  readonly readNow: () => void;
}

/** Reads the drawing by itself shortly after it changed, and again on request. */
export function useReader(drawing: Drawing, penIsDown: boolean): ReaderHandle {
  const [reader] = useState(() => new Reader(ask));
  const reading = useSyncExternalStore(reader.subscribe, reader.getReading);

  useEffect(() => {
    reader.penIsDown(penIsDown);
  }, [reader, penIsDown]);
  useEffect(() => {
    reader.show(drawing);
  }, [reader, drawing]);
  useEffect(() => {
    const networkIsBack = () => {
      reader.networkIsBack();
    };
    window.addEventListener("online", networkIsBack);
    return () => {
      window.removeEventListener("online", networkIsBack);
      reader.stop();
    };
  }, [reader]);

  const readNow = useCallback(() => {
    reader.readNow();
  }, [reader]);
  return { reading, readNow };
}
