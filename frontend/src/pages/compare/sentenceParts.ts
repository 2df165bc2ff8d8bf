/** A piece of a sentence; a model's name is told by its title. */
export interface SentencePart {
  readonly text: string;
  readonly isModel: boolean;
}

/** The generated sentence calls models by name, between backticks or not: here it is by title. */
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
      if (title !== undefined) return [...parts, { text: title, isModel: true }];
      if (!last || last.isModel) return [...parts, { text: piece, isModel: false }];
      return [...parts.slice(0, -1), { text: last.text + piece, isModel: false }];
    }, [])
    .filter(({ text }) => text !== "");
}
