import { describe, expect, it, test } from "vitest";
import { readUrl, writeUrl, type UrlState } from "./urlState";

const NOTHING = readUrl("");
const state = (said: Partial<UrlState>): UrlState => ({ ...NOTHING, ...said });

test("an empty link says nothing", () => {
  expect(new Set(Object.values(NOTHING))).toEqual(new Set([null]));
});

test.each<[string, Partial<UrlState>]>([
  ["?", {}],
  ["?model=cnn", { model: "cnn" }],
  ["?model=cnn&x=1", { model: "cnn" }],
  ["?model=", {}],
  ["?model=%20", {}],
  ["?model=a%26b", { model: "a&b" }],
  ["?other=cnn", {}],
  ["?view=compare", { view: "compare" }],
  ["?rungs=cnn,deep_cnn", { models: ["cnn", "deep_cnn"] }],
  ["?rungs=cnn%2Cdeep_cnn", { models: ["cnn", "deep_cnn"] }],
  ["?rungs=cnn,,%20cnn,", { models: ["cnn"] }],
  ["?rungs=", { models: [] }],
  ["?sort=-accuracy&cell=4-9", { sort: "-accuracy", cell: "4-9" }],
  ["?digit=1234", { digit: "1234" }],
  ["?figures=robustness", { figures: ["robustness"] }],
])("reading %j", (search, said) => {
  expect(readUrl(search)).toEqual(state(said));
});

test.each<[Partial<UrlState>, string, string]>([
  [{ model: "cnn" }, "", "?model=cnn"],
  [{ model: "cnn" }, "?model=hidden_layer", "?model=cnn"],
  [{}, "?model=cnn", ""],
  [{ model: "cnn" }, "?utm=1", "?utm=1&model=cnn"],
  [{}, "", ""],
  [{ model: "a&b" }, "", "?model=a%26b"],
  [{ models: ["cnn", "deep_cnn"] }, "", "?rungs=cnn,deep_cnn"],
  [{ models: [] }, "?rungs=cnn", "?rungs="],
  [{ digit: null }, "?digit=5&utm=1", "?utm=1"],
  [{ view: "compare", a: "x", b: "y" }, "", "?view=compare&a=x&b=y"],
])("writing %j over %j gives %j", (said, old, search) => {
  expect(writeUrl(state(said), old)).toBe(search);
});

describe("there and back", () => {
  it.each<Partial<UrlState>>([
    {},
    { model: "no such rung" },
    { model: "<script>" },
    {
      view: "compare",
      model: "cnn",
      digit: "1234",
      models: ["cnn", "deep_cnn"],
      sort: "-accuracy",
      curves: "accuracy",
      calibration: "before",
      plot: "rotation",
      figures: ["f1", "learning"],
      cell: "4-9",
      a: "hidden_layer",
      b: "cnn",
    },
  ])("%j", (said) => {
    expect(readUrl(writeUrl(state(said)))).toEqual(state(said));
  });
});
