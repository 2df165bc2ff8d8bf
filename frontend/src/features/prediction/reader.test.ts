import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { ApiError, type Failure } from "../../shared/api/failure";
import type { Prediction } from "../../shared/api/types";
import { EMPTY_DRAWING, type Drawing } from "../drawing/history";
import { PAUSE_MS, Reader } from "./reader";

const drawing = (x: number): Drawing => ({
  strokes: [{ points: [{ x, y: x }], width: 0.1 }],
  picture: null,
});
const says = (digit: number) => [{ digit } as Prediction];

interface Question {
  readonly drawing: Drawing;
  readonly signal: AbortSignal;
  readonly answer: (results: readonly Prediction[]) => Promise<void>;
  readonly fail: (failure: Failure) => Promise<void>;
}

/** A reader whose questions the test answers by hand, in any order. */
function setUp() {
  const questions: Question[] = [];
  const reader = new Reader(
    (asked, signal) =>
      new Promise((resolve, reject) => {
        questions.push({
          drawing: asked,
          signal,
          answer: async (results) => {
            resolve(results);
            await vi.advanceTimersByTimeAsync(0);
          },
          fail: async (failure) => {
            reject(new ApiError(failure));
            await vi.advanceTimersByTimeAsync(0);
          },
        });
      }),
  );
  const question = (i: number) => {
    const asked = questions[i];
    if (!asked) throw new Error(`expected question ${i}, got ${questions.length} questions`);
    return asked;
  };
  return { reader, questions, question };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("when it asks", () => {
  it("waits a moment after the drawing changed", () => {
    const { reader, questions } = setUp();
    reader.show(drawing(1));
    vi.advanceTimersByTime(PAUSE_MS - 1);
    expect(questions).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(questions).toHaveLength(1);
  });

  it("asks once for two strokes in quick succession", () => {
    const { reader, questions, question } = setUp();
    const both = drawing(2);
    reader.show(drawing(1));
    vi.advanceTimersByTime(PAUSE_MS - 1);
    reader.show(both);
    vi.advanceTimersByTime(PAUSE_MS);
    expect(questions).toHaveLength(1);
    expect(question(0).drawing).toBe(both);
  });

  it("waits while the pen is down", () => {
    const { reader, questions } = setUp();
    reader.show(drawing(1));
    reader.penIsDown(true);
    vi.advanceTimersByTime(10 * PAUSE_MS);
    expect(questions).toHaveLength(0);
    reader.penIsDown(false);
    vi.advanceTimersByTime(PAUSE_MS);
    expect(questions).toHaveLength(1);
  });

  it("asks at once when told to", () => {
    const { reader, questions } = setUp();
    reader.show(drawing(1));
    reader.readNow();
    expect(questions).toHaveLength(1);
    vi.advanceTimersByTime(10 * PAUSE_MS);
    expect(questions).toHaveLength(1);
  });

  it("asks nothing about an empty field", () => {
    const { reader, questions } = setUp();
    reader.readNow();
    reader.show(drawing(1));
    reader.show(EMPTY_DRAWING);
    vi.advanceTimersByTime(10 * PAUSE_MS);
    expect(questions).toHaveLength(0);
    expect(reader.getReading()).toEqual({ phase: "empty" });
  });
});

describe("which answer counts", () => {
  it("aborts the older question, and drops its answer if it comes all the same", async () => {
    const { reader, question } = setUp();
    reader.show(drawing(1));
    vi.advanceTimersByTime(PAUSE_MS);
    reader.show(drawing(2));
    expect(question(0).signal.aborted).toBe(true);
    vi.advanceTimersByTime(PAUSE_MS);
    await question(1).answer(says(2));
    await question(0).answer(says(1));
    expect(reader.getReading()).toEqual({ phase: "answered", results: says(2) });
  });

  it("drops an answer that comes after the field was cleared", async () => {
    const { reader, question } = setUp();
    reader.show(drawing(1));
    vi.advanceTimersByTime(PAUSE_MS);
    reader.show(EMPTY_DRAWING);
    await question(0).answer(says(1));
    expect(reader.getReading()).toEqual({ phase: "empty" });
  });

  it("drops an older question's failure", async () => {
    const { reader, question } = setUp();
    reader.show(drawing(1));
    vi.advanceTimersByTime(PAUSE_MS);
    reader.readNow();
    await question(1).answer(says(3));
    await question(0).fail({ kind: "unreachable" });
    expect(reader.getReading().phase).toBe("answered");
  });

  it("keeps the former answer in sight while the next is under way", async () => {
    const { reader, question } = setUp();
    reader.show(drawing(1));
    vi.advanceTimersByTime(PAUSE_MS);
    await question(0).answer(says(1));
    reader.show(drawing(2));
    vi.advanceTimersByTime(PAUSE_MS);
    expect(reader.getReading()).toEqual({ phase: "reading", previous: says(1) });
  });
});

describe("after a failure", () => {
  async function failed(failure: Failure) {
    const lab = setUp();
    lab.reader.show(drawing(1));
    vi.advanceTimersByTime(PAUSE_MS);
    await lab.question(0).fail(failure);
    return lab;
  }

  it("asks again by itself when the server said", async () => {
    const { reader, questions, question } = await failed({
      kind: "not-ready",
      detail: "",
      retryAfterSeconds: 3,
    });
    expect(reader.getReading()).toMatchObject({ phase: "failed", retryInMs: 3_000 });
    vi.advanceTimersByTime(2_999);
    expect(questions).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(reader.getReading().phase).toBe("failed"); // its words stay while it asks
    await question(1).answer(says(7));
    expect(reader.getReading()).toEqual({ phase: "answered", results: says(7) });
  });

  it("waits longer each time without a word from the server", async () => {
    const { reader, question } = await failed({ kind: "unreachable" });
    vi.advanceTimersByTime(2_000);
    await question(1).fail({ kind: "unreachable" });
    expect(reader.getReading()).toMatchObject({ retryInMs: 4_000 });
  });

  test.each<[Failure, boolean]>([
    [{ kind: "offline" }, true],
    [{ kind: "unreachable" }, true],
    [{ kind: "blank", detail: "" }, false],
    [{ kind: "refused", status: 413, title: "", detail: "" }, false],
  ])("%j: the network's return asks again: %s", async (failure, asksAgain) => {
    const { reader, questions } = await failed(failure);
    reader.networkIsBack();
    expect(questions).toHaveLength(asksAgain ? 2 : 1);
  });

  it("does not ask again for a refusal", async () => {
    const { questions } = await failed({ kind: "refused", status: 415, title: "", detail: "" });
    vi.advanceTimersByTime(120_000);
    expect(questions).toHaveLength(1);
  });

  it("tells of an error that is none of the API's", async () => {
    const reader = new Reader(() => Promise.reject(new Error("no canvas")));
    reader.show(drawing(1));
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(reader.getReading()).toMatchObject({
      phase: "failed",
      failure: { kind: "refused", detail: "no canvas" },
    });
  });
});

test("listeners hear of every change until they leave", () => {
  const { reader } = setUp();
  const listener = vi.fn();
  const leave = reader.subscribe(listener);
  reader.show(drawing(1));
  reader.readNow();
  expect(listener).toHaveBeenCalledTimes(1);
  leave();
  reader.show(EMPTY_DRAWING);
  expect(listener).toHaveBeenCalledTimes(1);
});
