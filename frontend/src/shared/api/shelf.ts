import { ApiError, retryDelayMs, type Failure } from "./failure";

/** One thing asked of the server, as far as it has come. */
export type Loaded<T> =
  | { readonly phase: "waiting" }
  | { readonly phase: "here"; readonly value: T }
  | {
      readonly phase: "failed";
      readonly failure: Failure;
      /** When it is asked for again by itself; null where it is not. */
      readonly retryInMs: number | null;
    };

type Load = (key: string, signal: AbortSignal) => Promise<unknown>;

const WAITING = { phase: "waiting" } as const;

/**
 * What was once loaded stays for the life of the page: reports change only with a new version.
 * What failed is asked for again where that can help, as long as somebody looks.
 */
export class Shelf {
  readonly #load: Load;
  readonly #listeners = new Set<() => void>();
  readonly #loaded = new Map<string, Loaded<unknown>>();
  readonly #attempts = new Map<string, number>();
  readonly #underWay = new Set<string>();
  readonly #views = new Map<string, readonly Loaded<unknown>[]>();

  constructor(load: Load) {
    this.#load = load;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get(key: string): Loaded<unknown> {
    return this.#loaded.get(key) ?? WAITING;
  }

  /** One entry a key; the same array as long as none of them changes. */
  getAll(keys: readonly string[]): readonly Loaded<unknown>[] {
    const id = keys.join("\n");
    const loaded = keys.map((key) => this.get(key));
    const before = this.#views.get(id);
    if (before?.every((entry, i) => entry === loaded[i])) return before;
    this.#views.set(id, loaded);
    return loaded;
  }

  /** Asks for what is neither here nor under way. */
  want(key: string): void {
    if (this.get(key).phase === "here" || this.#underWay.has(key)) return;
    void this.#ask(key);
  }

  /** Asks now for everything that failed. */
  readonly retryFailed = (): void => {
    for (const [key, { phase }] of this.#loaded) if (phase === "failed") this.want(key);
  };

  async #ask(key: string): Promise<void> {
    this.#underWay.add(key);
    try {
      const value = await this.#load(key, new AbortController().signal);
      this.#attempts.delete(key);
      this.#set(key, { phase: "here", value });
    } catch (error) {
      this.#fail(key, error instanceof ApiError ? error.failure : unforeseen(error));
    } finally {
      this.#underWay.delete(key);
    }
  }

  #fail(key: string, failure: Failure): void {
    const attempt = this.#attempts.get(key) ?? 0;
    this.#attempts.set(key, attempt + 1);
    const retryInMs = retryDelayMs(failure, attempt);
    this.#set(key, { phase: "failed", failure, retryInMs });
    if (retryInMs === null) return;
    setTimeout(() => {
      if (this.#listeners.size > 0) this.want(key);
    }, retryInMs);
  }

  #set(key: string, loaded: Loaded<unknown>): void {
    this.#loaded.set(key, loaded);
    for (const listener of this.#listeners) listener();
  }
}

function unforeseen(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: "refused", status: 0, title: "The answer did not come", detail };
}
