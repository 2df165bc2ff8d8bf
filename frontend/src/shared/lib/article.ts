/** "a 7", "an 8", "an 11", "an 18"; "a visitor", "an admin": with the article of its first sound. */
export function withArticle(what: number | string): string {
  return `${/^[aeio8]|^1[18]$/i.test(String(what)) ? "an" : "a"} ${what}`;
}
