import { expect, test } from "vitest";
import { sentenceParts } from "./steps";

const TITLES = new Map([["cnn", "Convolutional network"]]);

test.each([
  ["`cnn` fixes 3.", ["*Convolutional network*", " fixes 3."]],
  ["More than `nobody`", ["More than ", "*nobody*"]],
  ["No names.", ["No names."]],
  ["", []],
])("%j", (sentence, parts) => {
  const told = sentenceParts(sentence, TITLES);
  expect(told.map(({ text, isRung }) => (isRung ? `*${text}*` : text))).toEqual(parts);
});
