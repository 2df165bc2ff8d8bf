import type { Engine } from "../../engine/engine";
import { FIELD_PX, type Field } from "../../engine/preprocessing";
import { classNames } from "../../shared/lib/classes";
import type { Asked, Said } from "./messages";
import { reportOf, type OwnPictures, type ReadPicture } from "./report";
import type { LeftOut } from "./zipFiles";

/** The page answers clicks at least so often. */
const MOST_BUSY_MS = 40;
/** What is kept in memory, and read in a few minutes. */
export const MOST_PICTURES = 20_000;

export interface Progress {
  readonly read: number;
  /** Null where only reading tells. */
  readonly total: number | null;
}

/** What an archive holds, read by every rung. */
export interface OwnReading {
  readonly report: OwnPictures;
  /** What a model sees of each picture of the report, null where that is nothing. */
  readonly fields: readonly (Field | null)[];
  /** What the command reads and the browser does not. */
  readonly forCommand: readonly LeftOut[];
}

/**
 * Reads an archive in a worker and asks every rung here; nothing is sent. `multiplyAdds` are the
 * rungs' own. Throws an error with a sentence, or AbortError.
 */
export async function readArchive(
  archive: File,
  engine: Engine,
  multiplyAdds: ReadonlyMap<string, number>,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<OwnReading> {
  const worker = new Worker(new URL("./reader.worker.ts", import.meta.url), { type: "module" });
  try {
    const classes = classNames();
    const { preprocessing } = engine;
    const pictures: ReadPicture[] = [];
    let total: number | null = null;
    let rested = performance.now();
    for await (const message of messagesOf(worker, { archive, classes, preprocessing }, signal)) {
      if (message.kind === "failed") throw new Error(message.message);
      if (message.kind === "total") ({ total } = message);
      if (message.kind === "picture") {
        const { picture } = message;
        if (pictures.length === MOST_PICTURES) {
          throw new Error(`expected at most ${MOST_PICTURES} pictures in the browser, got more`);
        }
        pictures.push({ ...picture, answers: await answersTo(engine, picture.field) });
      }
      if (message.kind === "done") {
        const report = reportOf({
          source: archive.name,
          gate: engine.gateVersion,
          classes,
          rungs: engine.rungs.map(({ model, version }) => ({
            name: model,
            version,
            multiply_adds: multiplyAdds.get(model) ?? 0,
          })),
          pictures,
          leftOut: message.leftOut,
          hidden: message.hidden,
        });
        return {
          report,
          fields: pictures.map(({ field }) => field),
          forCommand: message.forCommand,
        };
      }
      if (performance.now() - rested > MOST_BUSY_MS) {
        onProgress({ read: pictures.length, total });
        await new Promise((resolve) => setTimeout(resolve));
        rested = performance.now();
      }
    }
    throw new Error("expected the worker to come to an end, it did not");
  } finally {
    worker.terminate();
  }
}

async function answersTo(engine: Engine, field: Field | null): Promise<ReadPicture["answers"]> {
  if (!field) return [];
  const times = new Map<string, number>();
  const seen = { field, box: [0, 0, FIELD_PX, FIELD_PX], inverted: false } as const;
  const predictions = await engine.answer(seen, times);
  return predictions.map((prediction, i) => ({
    prediction,
    milliseconds: (engine.rungs[i]?.networks ?? []).reduce(
      (sum, { sha256 }) => sum + (times.get(sha256) ?? 0),
      0,
    ),
  }));
}

/** What the worker says, until it is asked for no more. */
async function* messagesOf(
  worker: Worker,
  asked: Asked,
  signal: AbortSignal,
): AsyncGenerator<Said> {
  const inbox: Said[] = [];
  let wake: () => void = () => undefined;
  worker.onmessage = ({ data }: MessageEvent<Said>) => {
    inbox.push(data);
    wake();
  };
  worker.onerror = ({ message }) => {
    inbox.push({ kind: "failed", message: `The reader could not be started: ${message}` });
    wake();
  };
  signal.addEventListener("abort", () => {
    wake();
  });
  worker.postMessage(asked);
  for (;;) {
    signal.throwIfAborted();
    const next = inbox.shift();
    if (next) yield next;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}
