/** A number with its sign: "+3.25", "−0.10", "0.00". */
export function signed(value: number, decimals = 2): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** A result, which has a sign only where it is negative: "3.25", "−0.10". */
export function plain(value: number, decimals = 2): string {
  return signed(value, decimals).replace("+", "");
}
