import { describe, expect, it, test } from "vitest";
import { readUrl, writeUrl } from "./urlState";

test.each([
  ["", null],
  ["?", null],
  ["?model=cnn", "cnn"],
  ["?model=cnn&x=1", "cnn"],
  ["?model=", null],
  ["?model=%20", null],
  ["?model=a%26b", "a&b"],
  ["?other=cnn", null],
])("reading %j gives the model %j", (search, model) => {
  expect(readUrl(search)).toEqual({ model });
});

test.each([
  ["cnn", "", "?model=cnn"],
  ["cnn", "?model=hidden_layer", "?model=cnn"],
  [null, "?model=cnn", ""],
  ["cnn", "?utm=1", "?utm=1&model=cnn"],
  [null, "", ""],
  ["a&b", "", "?model=a%26b"],
])("writing %j over %j gives %j", (model, old, search) => {
  expect(writeUrl({ model }, old)).toBe(search);
});

describe("there and back", () => {
  it.each([null, "cnn", "deep_cnn", "no such rung", "<script>"])("%j", (model) => {
    expect(readUrl(writeUrl({ model }))).toEqual({ model });
  });
});
