import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { listModels, predictAll } from "./client";
import { ApiError } from "./failure";

const fetchMock = vi.fn<typeof fetch>();
const picture = new Blob(["ink"], { type: "image/png" });
const never = () => new AbortController().signal;
const tenth = Array<number>(10).fill(0.1);

beforeEach(() => {
  vi.stubGlobal("fetch", fetchMock);
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  fetchMock.mockReset();
});

const json = (body: unknown, status = 200, headers = {}) =>
  Promise.resolve(new Response(JSON.stringify(body), { status, headers }));

/** A request that only its signal ends. */
const hangs: typeof fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener("abort", () => {
      reject(new DOMException("aborted", "AbortError"));
    });
  });

async function failureOf(promise: Promise<unknown>) {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError)) throw new Error(`expected an ApiError, got ${String(error)}`);
  return error.failure;
}

test("the picture's own bytes are the body", async () => {
  fetchMock.mockReturnValue(json({ results: [{ probabilities: tenth }], agree: true }));
  await predictAll(picture, null, "drawing", never());
  const [path, init] = fetchMock.mock.calls[0] ?? [];
  expect(path).toBe("predict/all?keep=drawing");
  expect(init).toMatchObject({ method: "POST", body: picture });
  expect(init?.headers).toMatchObject({ "Content-Type": "image/png" });
});

test("only a part of the picture is asked for by its box", async () => {
  fetchMock.mockReturnValue(json({ results: [{ probabilities: tenth }], agree: true }));
  await predictAll(picture, [3, 4, 50, 60], "nothing", never());
  expect(fetchMock.mock.calls[0]?.[0]).toBe("predict/all?keep=nothing&box=3,4,50,60");
});

describe("an expired session cookie", () => {
  const requests = () => fetchMock.mock.calls.map(([path, init]) => [path, init?.method ?? "GET"]);

  it("is renewed, and the request is repeated", async () => {
    fetchMock
      .mockReturnValueOnce(json({}, 401))
      .mockReturnValueOnce(json(""))
      .mockReturnValueOnce(json({ results: [{ probabilities: tenth }], agree: true }));
    const answer = await predictAll(picture, null, "drawing", never());
    expect(answer.agree).toBe(true);
    expect(requests()).toEqual([
      ["predict/all?keep=drawing", "POST"],
      ["./", "HEAD"],
      ["predict/all?keep=drawing", "POST"],
    ]);
    expect(fetchMock.mock.calls[2]?.[1]?.body).toBe(picture);
  });

  it("is renewed once; a second 401 is a failure", async () => {
    fetchMock.mockImplementation((path) => json({}, path === "./" ? 200 : 401));
    expect(await failureOf(listModels(never()))).toEqual({ kind: "locked" });
    expect(requests()).toEqual([
      ["models", "GET"],
      ["./", "HEAD"],
      ["models", "GET"],
    ]);
  });

  it("cannot be renewed at a server that has stopped", async () => {
    fetchMock.mockReturnValueOnce(json({}, 401)).mockRejectedValue(new TypeError("Failed"));
    expect(await failureOf(listModels(never()))).toEqual({ kind: "unreachable" });
  });
});

describe("a failure", () => {
  it("is unreachable while the browser is online", async () => {
    fetchMock.mockRejectedValue(new TypeError("Failed to fetch"));
    expect(await failureOf(predictAll(picture, null, "drawing", never()))).toEqual({
      kind: "unreachable",
    });
  });

  it("is offline while the browser is offline", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    fetchMock.mockRejectedValue(new TypeError("Failed to fetch"));
    expect(await failureOf(predictAll(picture, null, "drawing", never()))).toEqual({
      kind: "offline",
    });
  });

  it("is slow after 15 seconds", async () => {
    vi.useFakeTimers();
    fetchMock.mockImplementation(hangs);
    const failure = failureOf(predictAll(picture, null, "drawing", never()));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await failure).toEqual({ kind: "slow" });
  });

  it("is not reported when the caller aborts", async () => {
    fetchMock.mockImplementation(hangs);
    const abort = new AbortController();
    const promise = predictAll(picture, null, "drawing", abort.signal);
    abort.abort();
    await expect(promise).rejects.toThrow(DOMException);
  });

  it("is read from problem+json with its Retry-After", async () => {
    fetchMock.mockReturnValue(json({ detail: "warming up" }, 503, { "Retry-After": "4" }));
    expect(await failureOf(predictAll(picture, null, "drawing", never()))).toEqual({
      kind: "not-ready",
      detail: "warming up",
      retryAfterSeconds: 4,
    });
  });

  test.each([
    ["no results", { results: [] }],
    ["one probability", { results: [{ probabilities: [1] }] }],
    [
      "a different number of probabilities",
      { results: [{ probabilities: tenth }, { probabilities: tenth.slice(1) }] },
    ],
    ["a list", []],
    ["null", null],
  ])("an answer with %s is refused", async (_, body) => {
    fetchMock.mockReturnValue(json(body));
    expect(await failureOf(predictAll(picture, null, "drawing", never()))).toMatchObject({
      kind: "refused",
    });
  });

  test.each([[[]], [{}], [[{ title: "nameless" }]]])("models %j are refused", async (body) => {
    fetchMock.mockReturnValue(json(body));
    expect(await failureOf(listModels(never()))).toMatchObject({ kind: "refused" });
  });
});
