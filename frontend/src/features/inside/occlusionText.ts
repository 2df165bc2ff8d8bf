import { nameOfClass } from "../../shared/lib/classes";
import { middleOf, whereText } from "../../engine/evidence";
import { SQUARES_GRID, type Covered, type Occlusion } from "../../engine/occlusion";

const placeText = ({ column, row }: Covered) =>
  whereText(...middleOf(SQUARES_GRID, row * SQUARES_GRID.side + column));

/** More are seen in the picture. */
const MOST_PLACES = 3;

/** What covering changes, in a sentence or two: "Cover the top and it says 1 (71.2%)." */
export function occlusionText(
  { digit, confidence, covered }: Occlusion,
  percent: (probability: number) => string,
): string {
  const [weightiest] = covered.toSorted((a, b) => b.fall - a.fall);
  if (!weightiest) return "There is nothing to cover.";
  const changing = covered.filter((square) => square.digit !== digit);
  if (changing.length === 0) {
    return `Whatever square is covered, it still says ${nameOfClass(digit)}. The ${placeText(weightiest)} matters most: without it, ${nameOfClass(digit)} goes from ${percent(confidence)} to ${percent(weightiest.left)}.`;
  }
  // by what is said then: the square at which it is said most surely
  const surest = new Map<number, Covered>();
  for (const square of changing) {
    const known = surest.get(square.digit);
    if (!known || square.confidence > known.confidence) surest.set(square.digit, square);
  }
  const named = new Map<string, string[]>();
  for (const square of [...surest.values()].sort((a, b) => b.confidence - a.confidence)) {
    const place = placeText(square);
    const digits = named.get(place) ?? [];
    named.set(place, [...digits, `${nameOfClass(square.digit)} (${percent(square.confidence)})`]);
  }
  const said = [...named]
    .slice(0, MOST_PLACES)
    .map(([place, digits]) => `Cover the ${place} and it says ${digits.join(" or ")}.`);
  const places = `${changing.length} of the ${covered.length} squares with ink in them`;
  const count =
    changing.length === 1
      ? `1 of the ${covered.length} squares with ink in them changes the answer.`
      : `${places} change the answer.`;
  return `${said.join(" ")} ${count}`;
}
