import { describe, expect, it } from "vitest";
import type { KeyPress } from "../../shared/lib/keys";
import { nextOpen, ownDecision, withItem, type ReviewItem, type ReviewList } from "./review";
import { placeAfterKey, reviewAction } from "./reviewKeys";

function item(id: string, said: Partial<ReviewItem> = {}): ReviewItem {
  return { id, image: "", true_label: 4, results: [], decision: null, reviews: [], ...said };
}

const LIST: ReviewList = {
  items: [item("a"), item("b", { decision: "conflict" }), item("c", { decision: 4 })],
  open: 10,
  conflicts: 3,
  decided: 7,
  required: 1,
};

describe("withItem", () => {
  it.each([
    ["a", 4, { open: 9, conflicts: 3, decided: 8 }],
    ["a", "rejected", { open: 9, conflicts: 3, decided: 8 }],
    ["a", "conflict", { open: 9, conflicts: 4, decided: 7 }],
    ["a", null, { open: 10, conflicts: 3, decided: 7 }],
    ["b", 9, { open: 10, conflicts: 2, decided: 8 }],
    ["c", null, { open: 11, conflicts: 3, decided: 6 }],
  ] as const)("%s decided as %s", (id, decision, counts) => {
    const list = withItem(LIST, item(id, { decision }), "anna");
    expect(list).toMatchObject(counts);
    expect(list.items.map((one) => one.id)).toEqual(["a", "b", "c"]);
    expect(list.items.find((one) => one.id === id)?.decision).toBe(decision);
  });

  it("counts what this reviewer has decided or skipped as open no more", () => {
    const reviews = [{ by: "anna", decision: "skip" as const, decided_at: "2026-11-28T17:04:00Z" }];
    expect(withItem(LIST, item("a", { reviews }), "anna")).toMatchObject({ open: 9, decided: 7 });
    expect(withItem(LIST, item("a", { reviews }), "bob")).toMatchObject({ open: 10, decided: 7 });
  });

  it("leaves a list alone that has not the item", () => {
    expect(withItem(LIST, item("z", { decision: 4 }), "anna")).toBe(LIST);
  });
});

it("tells one's own decision from another's", () => {
  const decided_at = "2026-11-28T17:04:00Z";
  const seen = item("a", { reviews: [{ by: "bob", decision: 9, decided_at }] });
  expect(ownDecision(seen, "bob")).toBe(9);
  expect(ownDecision(seen, "anna")).toBeNull();
});

it.each([
  [0, "a", "b"],
  [1, "ab", "c"],
  [2, "c", "a"],
  [1, "abc", null],
  [0, "bc", null],
])("after place %s with %s decided comes %s", (place, decided, next) => {
  const items = ["a", "b", "c"].map((id) => ({ id }));
  expect(nextOpen(items, place, (id) => decided.includes(id))).toBe(next);
});

function press(key: string, said: Partial<KeyPress> = {}): KeyPress {
  const modifiers = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  return { key, code: "", isComposing: false, ...modifiers, ...said };
}

describe("reviewAction", () => {
  it.each([
    ["0", 0],
    ["9", 9],
    ["n", "not_a_digit"],
    ["M", "several"],
    ["x", "disagree"],
    ["s", "skip"],
  ] as const)("%s decides %s, on a button too", (key, decision) => {
    expect(reviewAction(press(key), "page")).toEqual({ kind: "decide", decision });
    expect(reviewAction(press(key), "control")).toEqual({ kind: "decide", decision });
    expect(reviewAction(press(key), "text")).toBeNull();
  });

  it("agrees by Enter, but for a button, which Enter presses", () => {
    expect(reviewAction(press("Enter"), "page")).toEqual({ kind: "agree" });
    expect(reviewAction(press("Enter"), "control")).toBeNull();
  });

  it.each([press("u"), press("z", { ctrlKey: true }), press("z", { metaKey: true })])(
    "takes back by %j",
    (key) => {
      expect(reviewAction(key, "page")).toEqual({ kind: "take-back" });
    },
  );

  it.each([
    press("s", { ctrlKey: true }),
    press("4", { altKey: true }),
    press("4", { metaKey: true }),
    press("z"),
    press("Tab"),
    press("Shift", { shiftKey: true }),
    press("4", { isComposing: true }),
  ])("leaves %j to the browser", (key) => {
    expect(reviewAction(key, "page")).toBeNull();
  });

  it("knows letters by their place where the layout has none", () => {
    expect(reviewAction(press("ы", { code: "KeyS" }), "page")).toEqual({
      kind: "decide",
      decision: "skip",
    });
  });
});

it.each([
  [0, "ArrowRight", 1],
  [0, "ArrowLeft", 0],
  [1, "ArrowDown", 5],
  [5, "ArrowUp", 1],
  [5, "ArrowDown", 5],
  [6, "ArrowRight", 6],
  [3, "Home", 0],
  [3, "End", 6],
  [3, "4", null],
])("from place %s %s leads to %s", (place, key, next) => {
  expect(placeAfterKey(place, key, 7, 4)).toBe(next);
});
