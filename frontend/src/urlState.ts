/** What is on screen, as far as a link carries it. */
export interface UrlState {
  /** The chosen rung's name; null means the server's default. */
  readonly model: string | null;
}

interface Property<T> {
  /** The query parameter. */
  readonly parameter: string;
  readonly read: (text: string | null) => T;
  readonly write: (value: T) => string | null;
}

/** One row a property: how it is read from the query and written to it. */
const PROPERTIES: { readonly [K in keyof UrlState]: Property<UrlState[K]> } = {
  model: {
    parameter: "model",
    read: (text) => (text === null || text.trim() === "" ? null : text.trim()),
    write: (model) => model,
  },
};

export function readUrl(search: string): UrlState {
  const query = new URLSearchParams(search);
  return { model: PROPERTIES.model.read(query.get(PROPERTIES.model.parameter)) };
}

/** The query for a state; parameters that are not ours stay as they are. */
export function writeUrl(state: UrlState, search = ""): string {
  const query = new URLSearchParams(search);
  const text = PROPERTIES.model.write(state.model);
  if (text === null) query.delete(PROPERTIES.model.parameter);
  else query.set(PROPERTIES.model.parameter, text);
  const written = query.toString();
  return written === "" ? "" : `?${written}`;
}
