import { pathOf, type Stroke } from "../../engine/strokes";
import { containInUnit } from "./geometry";
import type { Drawing } from "./history";

/** Draws unit-square strokes on a square of `side` pixels, with round caps and joins. */
function drawStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  side: number,
  colour: string,
): void {
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.fillStyle = colour;
  for (const stroke of strokes) {
    context.lineWidth = stroke.width * side;
    context.beginPath();
    for (const step of pathOf(stroke.points)) {
      switch (step.kind) {
        case "dot":
          // a canvas does not draw a line of length zero, so a tap is a filled circle
          context.arc(
            step.at.x * side,
            step.at.y * side,
            (stroke.width * side) / 2,
            0,
            2 * Math.PI,
          );
          context.fill();
          context.beginPath();
          break;
        case "move":
          context.moveTo(step.to.x * side, step.to.y * side);
          break;
        case "line":
          context.lineTo(step.to.x * side, step.to.y * side);
          break;
        case "curve":
          context.quadraticCurveTo(
            step.control.x * side,
            step.control.y * side,
            step.to.x * side,
            step.to.y * side,
          );
          break;
      }
    }
    context.stroke();
  }
}

/** Shows a drawing on the field's canvas; `side` is its side in device pixels. */
export function drawField(
  context: CanvasRenderingContext2D,
  drawing: Drawing,
  activeStroke: Stroke | null,
  side: number,
  colour: string,
): void {
  context.clearRect(0, 0, side, side);
  if (activeStroke && drawing.picture) {
    drawStrokes(context, [activeStroke], side, colour);
    return;
  }
  const bitmap = drawing.picture?.bitmap;
  if (bitmap) {
    const box = containInUnit(bitmap);
    context.imageSmoothingEnabled = bitmap.width > side;
    context.drawImage(bitmap, box.left * side, box.top * side, box.width * side, box.height * side);
  }
  drawStrokes(
    context,
    activeStroke ? [...drawing.strokes, activeStroke] : drawing.strokes,
    side,
    colour,
  );
}
