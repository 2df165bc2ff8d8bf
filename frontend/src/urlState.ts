/** What is on screen, as far as a link carries it. */
export interface UrlState {
  /** The chosen rung's name; null means the server's default. */
  readonly model: string | null;
}

const DEFAULTS: UrlState = { model: null };

interface Property {
  /** The query parameter. */
  readonly parameter: string;
  readonly read: (text: string) => Partial<UrlState>;
  /** Null leaves the parameter out of the link. */
  readonly write: (state: UrlState) => string | null;
}

/** One row a property: how a link is read, and how it is written. */
const PROPERTIES: readonly Property[] = [
  {
    parameter: "model",
    read: (text) => ({ model: text.trim() === "" ? null : text.trim() }),
    write: ({ model }) => model,
  },
];

export function readUrl(search: string): UrlState {
  const query = new URLSearchParams(search);
  return PROPERTIES.reduce<UrlState>((state, { parameter, read }) => {
    const text = query.get(parameter);
    return text === null ? state : { ...state, ...read(text) };
  }, DEFAULTS);
}

/** The query for a state; parameters that are not ours stay as they are. */
export function writeUrl(state: UrlState, search = ""): string {
  const query = new URLSearchParams(search);
  for (const { parameter, write } of PROPERTIES) {
    const text = write(state);
    if (text === null) query.delete(parameter);
    else query.set(parameter, text);
  }
  const written = query.toString();
  return written === "" ? "" : `?${written}`;
}
