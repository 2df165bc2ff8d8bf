import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Failure } from "./failure";
import { Shelf } from "./shelf";

const load = vi.fn<(key: string) => Promise<unknown>>();
const settled = () => vi.advanceTimersByTimeAsync(0);
const fails = (failure: Failure) => Promise.reject(new ApiError(failure));

function looked(): Shelf {
  const shelf = new Shelf(load);
  shelf.subscribe(() => undefined);
  return shelf;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  load.mockReset();
});

describe("what came", () => {
  it("stays, and is asked for once", async () => {
    load.mockResolvedValue(7);
    const shelf = looked();
    expect(shelf.get("a")).toEqual({ phase: "waiting" });
    shelf.want("a");
    shelf.want("a");
    await settled();
    shelf.want("a");
    expect(shelf.get("a")).toEqual({ phase: "here", value: 7 });
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("is the same array until an entry changes", async () => {
    load.mockResolvedValue(7);
    const shelf = looked();
    const before = shelf.getAll(["a", "b"]);
    expect(shelf.getAll(["a", "b"])).toBe(before);
    shelf.want("a");
    await settled();
    expect(shelf.getAll(["a", "b"])).not.toBe(before);
    expect(shelf.getAll(["a", "b"]).map(({ phase }) => phase)).toEqual(["here", "waiting"]);
  });
});

describe("what failed", () => {
  it("is asked for again when the server said, its words staying meanwhile", async () => {
    load.mockReturnValueOnce(fails({ kind: "not-ready", detail: "", retryAfterSeconds: 3 }));
    load.mockResolvedValueOnce(7);
    const shelf = looked();
    shelf.want("a");
    await settled();
    expect(shelf.get("a")).toMatchObject({ phase: "failed", retryInMs: 3000 });
    await vi.advanceTimersByTimeAsync(3000);
    expect(shelf.get("a")).toEqual({ phase: "here", value: 7 });
  });

  it("waits while nobody looks", async () => {
    load.mockImplementation(() => fails({ kind: "unreachable" }));
    const shelf = new Shelf(load);
    shelf.want("a");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("waits longer each time", async () => {
    load.mockImplementation(() => fails({ kind: "unreachable" }));
    const shelf = looked();
    shelf.want("a");
    await settled();
    expect(shelf.get("a")).toMatchObject({ retryInMs: 2000 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(shelf.get("a")).toMatchObject({ retryInMs: 4000 });
  });

  it("is asked for at once on request, and what is here is not", async () => {
    load.mockResolvedValueOnce(1);
    load.mockReturnValueOnce(fails({ kind: "refused", status: 404, title: "", detail: "" }));
    load.mockResolvedValueOnce(2);
    const shelf = looked();
    shelf.want("a");
    shelf.want("b");
    await settled();
    expect(shelf.get("b")).toMatchObject({ phase: "failed", retryInMs: null });
    shelf.retryFailed();
    await settled();
    expect(shelf.get("b")).toEqual({ phase: "here", value: 2 });
    expect(load).toHaveBeenCalledTimes(3);
  });

  it("tells of an error that is none of the API's", async () => {
    load.mockRejectedValue(new Error("no such thing"));
    const shelf = looked();
    shelf.want("a");
    await settled();
    expect(shelf.get("a")).toMatchObject({ failure: { kind: "refused", detail: "no such thing" } });
  });
});
