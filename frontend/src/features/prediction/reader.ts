import { ApiError, retryDelayMs, type Failure } from "../../shared/api/failure";
import type { Prediction } from "../../shared/api/types";
import { EMPTY_DRAWING, isEmpty, type Drawing } from "../drawing/history";

export type Reading =
  | { readonly phase: "empty" }
  /** A request is under way; `previous` is the answer to the drawing before. */
  | { readonly phase: "reading"; readonly previous: readonly Prediction[] | null }
  | { readonly phase: "answered"; readonly results: readonly Prediction[] }
  | {
      readonly phase: "failed";
      readonly failure: Failure;
      /** When the reader asks again by itself; null where it does not. */
      readonly retryInMs: number | null;
    };

export type Ask = (drawing: Drawing, signal: AbortSignal) => Promise<readonly Prediction[]>;

/** From the pen's lifting to the question: long enough for the second stroke of a 4. */
export const PAUSE_MS = 250;

/**
 * Keeps the answer to the newest drawing. A newer drawing aborts the older one's request, and an
 * answer that comes late all the same is dropped.
 */
export class Reader {
  readonly #ask: Ask;
  readonly #listeners = new Set<() => void>();
  #reading: Reading = { phase: "empty" };
  #drawing: Drawing = EMPTY_DRAWING;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #request: AbortController | null = null;
  #penIsDown = false;
  #waitsForPen = false;
  #attempt = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getReading = (): Reading => this.#reading;

  /** The drawing changed: read it after a pause, unless it is empty. */
  show(drawing: Drawing): void {
    if (drawing === this.#drawing) return;
    this.#drawing = drawing;
    this.#attempt = 0;
    this.stop();
    if (isEmpty(drawing)) this.#set({ phase: "empty" });
    else this.#schedule();
  }

  /** While the pen is down the question waits: the digit is not finished. */
  penIsDown(down: boolean): void {
    this.#penIsDown = down;
    if (down && this.#timer !== null && this.#reading.phase !== "failed") {
      this.#clearTimer();
      this.#waitsForPen = true;
    } else if (!down && this.#waitsForPen) {
      this.#schedule();
    }
  }

  /** Read it now: the Predict button, Enter, Retry, or the network coming back. */
  readNow(): void {
    this.stop();
    this.#attempt = 0;
    if (isEmpty(this.#drawing)) this.#set({ phase: "empty" });
    else void this.#read();
  }

  /** The network came back: ask again where its absence was the trouble. */
  networkIsBack(): void {
    if (this.#reading.phase !== "failed") return;
    if (["offline", "unreachable", "slow"].includes(this.#reading.failure.kind)) {
      this.readNow();
    }
  }

  /** Drops the request and the retry under way. */
  stop(): void {
    this.#clearTimer();
    this.#waitsForPen = false;
    this.#request?.abort();
    this.#request = null;
  }

  #schedule(): void {
    this.#waitsForPen = this.#penIsDown;
    if (!this.#penIsDown) this.#timer = setTimeout(() => void this.#read(), PAUSE_MS);
  }

  async #read(): Promise<void> {
    this.#clearTimer();
    const request = new AbortController();
    this.#request = request;
    // a failure stays on screen while it is retried: words that come and go help nobody
    if (this.#reading.phase !== "failed" || this.#attempt === 0) {
      const previous = this.#reading.phase === "answered" ? this.#reading.results : null;
      this.#set({ phase: "reading", previous });
    }
    try {
      const results = await this.#ask(this.#drawing, request.signal);
      if (this.#request !== request) return;
      this.#attempt = 0;
      this.#set({ phase: "answered", results });
    } catch (error) {
      if (this.#request !== request) return;
      this.#fail(error instanceof ApiError ? error.failure : unforeseen(error));
    }
    this.#request = null;
  }

  #fail(failure: Failure): void {
    const retryInMs = retryDelayMs(failure, this.#attempt);
    this.#attempt += 1;
    this.#set({ phase: "failed", failure, retryInMs });
    if (retryInMs !== null) this.#timer = setTimeout(() => void this.#read(), retryInMs);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #set(reading: Reading): void {
    this.#reading = reading;
    for (const listener of this.#listeners) listener();
  }
}

function unforeseen(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: "refused", status: 0, title: "The drawing could not be sent", detail };
}
