// Numbers in sentences, as Python writes them: a tie goes to the even digit, where JavaScript's
// toFixed takes the larger number.

/** With so many decimals. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const rest = value.toFixed(100).split(".")[1]?.slice(decimals) ?? "";
  const isOdd = Number(text.at(-1)) % 2 === 1;
  if (!isOdd || !/^50*$/.test(rest)) return text;
  return (Number(text) - Math.sign(value) * 10 ** -decimals).toFixed(decimals);
}

/** Two decimals with a sign; a plain 0.00 without. */
export function signed(points: number): string {
  const text = fixed(Math.abs(points), 2);
  if (Number(text) === 0) return text;
  return `${points > 0 ? "+" : "−"}${text}`;
}

/** `p = 0.021`, or `p < 0.001`. */
export function pText(p: number): string {
  if (p < 0.001) return "p < 0.001";
  return `p = ${fixed(Math.min(p, 1), 3)}`.replace("1.000", "1");
}

/** A share in points, rounded half up: `3`, `2.8`; below one point `0.25`. */
export function pointsText(share: number): string {
  const points = 100 * share;
  const scale = points >= 1 ? 10 : 100;
  return String(Math.floor(points * scale + 0.5) / scale);
}
