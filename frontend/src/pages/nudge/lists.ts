/** "A, B and C" */
export function listOf(names: readonly string[]): string {
  return new Intl.ListFormat("en-GB").format(names);
}

/** A title without its comma, which would read as one between two titles. */
export function inList(title: string): string {
  return title.replace(/, (.*)$/, " ($1)");
}
