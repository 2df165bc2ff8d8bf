import { expect, test } from "vitest";
import { sentenceParts } from "./sentenceParts";

const TITLES = new Map([
  ["cnn", "Convolutional network"],
  ["deep_cnn", "Deep network"],
]);

test.each([
  ["`cnn` fixes 3.", ["*Convolutional network*", " fixes 3."]],
  ["cnn fixes 3, p < 0.001.", ["*Convolutional network*", " fixes 3, p < 0.001."]],
  ["More than cnn: +1.04 points", ["More than ", "*Convolutional network*", ": +1.04 points"]],
  ["deep_cnn over cnn.", ["*Deep network*", " over ", "*Convolutional network*", "."]],
  ["More than `nobody`", ["More than `nobody`"]],
  ["cnn reads 99.63 % on average.", ["*Convolutional network*", " reads 99.63% on average."]],
  ["No names.", ["No names."]],
  ["", []],
])("%j", (sentence, parts) => {
  const told = sentenceParts(sentence, TITLES);
  expect(told.map(({ text, isModel }) => (isModel ? `*${text}*` : text))).toEqual(parts);
});
