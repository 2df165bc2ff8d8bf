/** "a 7", "an 8", "an 11", "an 18", "a 26": a number with the article of its first sound. */
export function withArticle(number: number): string {
  return `${/^8|^1[18]$/.test(String(number)) ? "an" : "a"} ${number}`;
}
