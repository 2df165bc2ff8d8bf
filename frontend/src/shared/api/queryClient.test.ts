import { QueryObserver, type QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, type Failure } from "./failure";
import { toLoaded } from "./loaded";
import { createQueryClient, retryAfterReconnect, retryFailed } from "./queryClient";

const load = vi.fn<() => Promise<number>>();
const fails = (failure: Failure) => Promise.reject(new ApiError(failure));
const NOT_READY: Failure = { kind: "not-ready", detail: "", retryAfterSeconds: 3 };
const REFUSED: Failure = { kind: "refused", status: 404, title: "", detail: "" };

let client: QueryClient;

/** Shows a query as a component does. */
async function show(key = "a") {
  const observer = new QueryObserver(client, { queryKey: [key], queryFn: load });
  observer.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  return () => toLoaded(observer.getCurrentResult());
}

beforeEach(() => {
  vi.useFakeTimers();
  client = createQueryClient();
});
afterEach(() => {
  client.clear();
  vi.useRealTimers();
  load.mockReset();
});

test("an answer is kept", async () => {
  load.mockResolvedValue(7);
  await show();
  const shown = await show();
  expect(shown()).toEqual({ phase: "loaded", value: 7 });
  expect(load).toHaveBeenCalledTimes(1);
});

test("a failure is retried after the server's Retry-After, and shown until then", async () => {
  load.mockImplementationOnce(() => fails(NOT_READY)).mockResolvedValueOnce(7);
  const shown = await show();
  await vi.advanceTimersByTimeAsync(2_999);
  expect(shown()).toEqual({ phase: "failed", failure: NOT_READY, retryInMs: 3_000 });
  await vi.advanceTimersByTimeAsync(1);
  expect(shown()).toEqual({ phase: "loaded", value: 7 });
});

test("without Retry-After each wait is longer", async () => {
  load.mockImplementation(() => fails({ kind: "unreachable" }));
  const shown = await show();
  expect(shown()).toMatchObject({ retryInMs: 2_000 });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(shown()).toMatchObject({ retryInMs: 4_000 });
});

test("a refusal is not retried", async () => {
  load.mockImplementation(() => fails(REFUSED));
  const shown = await show();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(shown()).toMatchObject({ failure: REFUSED, retryInMs: null });
  expect(load).toHaveBeenCalledTimes(1);
});

test("an error that is not the API's is told by its message", async () => {
  load.mockRejectedValue(new Error("no such thing"));
  const shown = await show();
  expect(shown()).toMatchObject({ failure: { kind: "refused", detail: "no such thing" } });
});

test.each([REFUSED, NOT_READY])(
  "retryFailed requests %j at once, and nothing else",
  async (failure) => {
    load
      .mockResolvedValueOnce(1)
      .mockImplementationOnce(() => fails(failure))
      .mockResolvedValueOnce(2);
    await show("loaded");
    const shown = await show("failed");
    retryFailed(client);
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toEqual({ phase: "loaded", value: 2 });
    expect(load).toHaveBeenCalledTimes(3);
  },
);

test.each<[Failure, boolean]>([
  [{ kind: "offline" }, true],
  [{ kind: "unreachable" }, true],
  [{ kind: "slow" }, true],
  [NOT_READY, false],
  [REFUSED, false],
])("when the network is back, %j is requested again: %s", async (failure, again) => {
  load.mockImplementation(() => fails(failure));
  await show();
  retryAfterReconnect(client);
  await vi.advanceTimersByTimeAsync(0);
  expect(load).toHaveBeenCalledTimes(again ? 2 : 1);
});
