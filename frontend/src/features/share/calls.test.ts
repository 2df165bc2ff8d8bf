import { expect, test } from "vitest";
import { curlCall, embedCode, pythonCall } from "./calls";

const url = "http://localhost:8000/predict/?model=cnn";
const file = { kind: "file", name: "Ann's 7.jpg" } as const;

test("a file's name is one word of the shell and one string of Python", () => {
  expect(curlCall({ url, picture: file })).toBe(
    `curl -F 'file=@Ann'\\''s 7.jpg' 'http://localhost:8000/predict/?model=cnn'`,
  );
  expect(pythonCall({ url, picture: file })).toContain(
    `picture = open("Ann's 7.jpg", "rb").read()`,
  );
});

test("an embed's address is escaped as HTML has it", () => {
  expect(embedCode("https://a.example/?model=cnn&embed=1#draw=1")).toContain(
    'src="https://a.example/?model=cnn&amp;embed=1#draw=1"',
  );
});
