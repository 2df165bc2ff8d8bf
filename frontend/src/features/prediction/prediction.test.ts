import { QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createQueryClient } from "../../shared/api/queryClient";
import { EMPTY_DRAWING, type Drawing } from "../drawing/history";
import { predictionQuery, predictionState } from "./prediction";

const drawing = (x: number): Drawing => ({
  strokes: [{ points: [{ x, y: x }], width: 0.1 }],
  picture: null,
});
const results = (digit: number) => [{ digit, probabilities: Array<number>(10).fill(0.1) }];

interface Request {
  readonly signal: AbortSignal | null | undefined;
  readonly answer: (status: number, body: unknown) => Promise<void>;
}

/** The page's query for a drawing at a time; the test answers its requests, in any order. */
function setUp() {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", (_: string, init?: RequestInit) => {
    return new Promise<Response>((resolve) => {
      requests.push({
        signal: init?.signal,
        answer: async (status, body) => {
          resolve(new Response(JSON.stringify(body), { status }));
          await vi.advanceTimersByTimeAsync(0);
        },
      });
    });
  });
  const client = createQueryClient();
  const observer = new QueryObserver(client, predictionQuery(EMPTY_DRAWING, null));
  observer.subscribe(() => undefined);
  let shown = EMPTY_DRAWING;
  const show = async (next: Drawing, enabled = true) => {
    shown = next;
    observer.setOptions(client.defaultQueryOptions({ ...predictionQuery(next, null), enabled }));
    await vi.advanceTimersByTimeAsync(0);
    await vi.dynamicImportSettled();
  };
  const state = () => predictionState(shown, observer.getCurrentResult(), null, false);
  const request = (i: number) => {
    const sent = requests[i];
    if (!sent) throw new Error(`expected request ${i}, got ${requests.length} requests`);
    return sent;
  };
  return { requests, request, show, state };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a prediction", () => {
  it("is not requested for an empty drawing", async () => {
    const { requests, state } = setUp();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(requests).toHaveLength(0);
    expect(state()).toEqual({ phase: "empty" });
  });

  it("goes through its phases", async () => {
    const { request, show, state } = setUp();
    await show(drawing(1), false);
    expect(state()).toEqual({ phase: "paused", previous: null });
    const first = drawing(1);
    await show(first);
    expect(state()).toEqual({ phase: "predicting", previous: null });
    await request(0).answer(200, { results: results(1) });
    expect(state()).toEqual({ phase: "answered", results: results(1), by: "service" });
    const second = drawing(2);
    await show(second, false);
    expect(state()).toEqual({ phase: "paused", previous: results(1) });
    await show(second);
    expect(state()).toEqual({ phase: "predicting", previous: results(1) });
    await request(1).answer(413, { title: "Too large" });
    expect(state()).toMatchObject({ phase: "failed", failure: { status: 413 }, retryInMs: null });
  });

  it("of an older drawing is aborted, and ignored if it comes all the same", async () => {
    const { request, show, state } = setUp();
    await show(drawing(1));
    await show(drawing(2));
    expect(request(0).signal?.aborted).toBe(true);
    await request(1).answer(200, { results: results(2) });
    await request(0).answer(200, { results: results(1) });
    expect(state()).toEqual({ phase: "answered", results: results(2), by: "service" });
  });

  it("of a drawing that comes back is cached", async () => {
    const { requests, request, show, state } = setUp();
    const first = drawing(1);
    await show(first);
    await request(0).answer(200, { results: results(1) });
    await show(drawing(2), false);
    await show(first, false);
    expect(state()).toEqual({ phase: "answered", results: results(1), by: "service" });
    expect(requests).toHaveLength(1);
  });

  it("is not shown any more once the field was cleared", async () => {
    const { request, show, state } = setUp();
    await show(drawing(1));
    await request(0).answer(200, { results: results(1) });
    await show(EMPTY_DRAWING);
    await show(drawing(2));
    expect(state()).toEqual({ phase: "predicting", previous: null });
  });
});
