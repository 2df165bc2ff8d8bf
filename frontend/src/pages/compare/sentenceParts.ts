/** A piece of a sentence; a rung's name is told by its title. */
export interface SentencePart {
  readonly text: string;
  readonly isRung: boolean;
}

/** The generated sentence calls rungs by name, between backticks or not: here it is by title. */
export function sentenceParts(
  sentence: string,
  titles: ReadonlyMap<string, string>,
): SentencePart[] {
  // a name is a whole word: `cnn` is not in `deep_cnn`
  return sentence
    .split(/(`?\b\w+\b`?)/)
    .reduce<SentencePart[]>((parts, piece) => {
      const title = titles.get(piece.replaceAll("`", ""));
      const last = parts.at(-1);
      if (title !== undefined) return [...parts, { text: title, isRung: true }];
      if (!last || last.isRung) return [...parts, { text: piece, isRung: false }];
      return [...parts.slice(0, -1), { text: last.text + piece, isRung: false }];
    }, [])
    .filter(({ text }) => text !== "");
}
