/** What is on screen, as far as a link carries it. Null means that the link does not say. */
export interface UrlState {
  /** "draw" or "compare". */
  readonly view: string | null;
  /** The chosen rung's name on the drawing page; else the server's default. */
  readonly model: string | null;
  /** The rungs that the plots and matrices show; else all of them. */
  readonly rungs: readonly string[] | null;
  /** The table's column, with a minus before it where the largest comes first. */
  readonly sort: string | null;
  /** What the learning curves show: "loss" or "accuracy". */
  readonly curves: string | null;
  /** Reliability "before" or "after" temperature scaling. */
  readonly calibration: string | null;
  /** The corruption of the robustness plot. */
  readonly plot: string | null;
  /** The plots whose figures are open. */
  readonly figures: readonly string[] | null;
  /** A cell of the confusion matrices: "4-9" is 4 read as 9. */
  readonly cell: string | null;
  /** The galleries: what b fixes and breaks of a. */
  readonly a: string | null;
  readonly b: string | null;
}

const NOTHING_SAID: UrlState = {
  view: null,
  model: null,
  rungs: null,
  sort: null,
  curves: null,
  calibration: null,
  plot: null,
  figures: null,
  cell: null,
  a: null,
  b: null,
};

interface Property {
  /** The query parameter. */
  readonly parameter: string;
  readonly read: (text: string) => Partial<UrlState>;
  /** Null leaves the parameter out of the link. */
  readonly write: (state: UrlState) => string | null;
}

type Words = {
  [K in keyof UrlState]: UrlState[K] extends string | null ? K : never;
}[keyof UrlState];
type Lists = Exclude<keyof UrlState, Words>;

/** One word; an empty one says nothing. */
function word(parameter: Words): Property {
  return {
    parameter,
    read: (text) => ({ [parameter]: text.trim() === "" ? null : text.trim() }),
    write: (state) => state[parameter],
  };
}

/** Words with commas between them; an empty list is a list, for nothing can be chosen too. */
function list(parameter: Lists): Property {
  return {
    parameter,
    read: (text) => ({
      [parameter]: [...new Set(text.split(",").map((part) => part.trim()))].filter(Boolean),
    }),
    write: (state) => state[parameter]?.join(",") ?? null,
  };
}

/** One row a property: how a link is read, and how it is written. */
const PROPERTIES: readonly Property[] = [
  word("view"),
  word("model"),
  list("rungs"),
  word("sort"),
  word("curves"),
  word("calibration"),
  word("plot"),
  list("figures"),
  word("cell"),
  word("a"),
  word("b"),
];

export function readUrl(search: string): UrlState {
  const query = new URLSearchParams(search);
  return PROPERTIES.reduce<UrlState>((state, { parameter, read }) => {
    const text = query.get(parameter);
    return text === null ? state : { ...state, ...read(text) };
  }, NOTHING_SAID);
}

/** The query for a state; parameters that are not ours stay as they are. */
export function writeUrl(state: UrlState, search = ""): string {
  const query = new URLSearchParams(search);
  for (const { parameter, write } of PROPERTIES) {
    const text = write(state);
    if (text === null) query.delete(parameter);
    else query.set(parameter, text);
  }
  // a comma needs no escape in a query, and a link is for people too
  const written = query.toString().replaceAll("%2C", ",");
  return written === "" ? "" : `?${written}`;
}
