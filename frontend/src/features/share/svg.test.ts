import { expect, test } from "vitest";
import { answersSvg, drawingSvg } from "./svg";

const strokes = [
  {
    points: [
      { x: 0.5, y: 0.25 },
      { x: 0.5, y: 0.75 },
    ],
    width: 18 / 280,
  },
];

test("each stroke is a path of its own width", () => {
  expect(drawingSvg([...strokes, ...strokes]).match(/<path [^>]*>/g)).toEqual(
    Array.from({ length: 2 }, () => '<path d="M140 70L140 210" stroke-width="18"/>'),
  );
});

test("the answers are written beside the drawing, their words escaped", () => {
  const svg = answersSvg(strokes, [{ title: "A & <B>", reading: "7", confidence: "<0.1%" }], "x");
  expect(svg).toContain(">A &amp; &lt;B&gt;</text>");
  expect(svg).toContain(">&lt;0.1%</text>");
  expect(svg).toContain('d="M140 70L140 210"');
});
