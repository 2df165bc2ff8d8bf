/** A piece of a sentence; a rung's name is told by its title. */
export interface SentencePart {
  readonly text: string;
  readonly isRung: boolean;
}

/** The generated sentence names rungs as `name`, in Markdown's way. */
export function sentenceParts(
  sentence: string,
  titles: ReadonlyMap<string, string>,
): SentencePart[] {
  return sentence
    .split("`")
    .map((text, i) =>
      i % 2 === 1 ? { text: titles.get(text) ?? text, isRung: true } : { text, isRung: false },
    )
    .filter(({ text }) => text !== "");
}
