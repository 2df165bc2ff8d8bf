/** A piece of a sentence; a model's name is replaced by its title. */
export interface SentencePart {
  readonly text: string;
  readonly isModel: boolean;
}

/** Replaces the names of models in a generated sentence, in backticks or not, by their titles. */
export function sentenceParts(
  sentence: string,
  titles: ReadonlyMap<string, string>,
): SentencePart[] {
  // a name is a whole word: `cnn` is not in `deep_cnn`; percentages as in the figures around it
  return sentence
    .replaceAll(" %", "%")
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
