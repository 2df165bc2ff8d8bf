/** What a link says of the view; null where it says nothing. */
export interface UrlState {
  /** A page: "draw", "compare", "history" and so on. */
  readonly view: string | null;
  /** The model chosen on the drawing page; else the server's default. */
  readonly model: string | null;
  /** "1" in another site's frame, which has no room for more than field, ladder and answer. */
  readonly embed: string | null;
  /** The test digit on the drawing page's field: its index in MNIST's test split. */
  readonly digit: string | null;
  /** The kept drawing on the drawing page's field: its id. */
  readonly drawing: string | null;
  /** Who answers: "browser", "service", or the page's own choice. */
  readonly engine: string | null;
  /** The drawing page fills the screen, for a class. */
  readonly present: string | null;
  /** The models in the plots and matrices; else all of them. */
  readonly models: readonly string[] | null;
  /** The table's column, with a minus in front for descending order. */
  readonly sort: string | null;
  /** What the learning curves show: "loss" or "accuracy". */
  readonly curves: string | null;
  /** Reliability "before" or "after" temperature scaling. */
  readonly calibration: string | null;
  /** The corruption of the robustness plot. */
  readonly plot: string | null;
  /** The plots whose tables are open. */
  readonly figures: readonly string[] | null;
  /** A cell of the confusion matrices: "4-9" is 4 read as 9. */
  readonly cell: string | null;
  /** The two models of the galleries: what b fixes and breaks of a. */
  readonly a: string | null;
  readonly b: string | null;
  /** Filters of the history and the statistics: true label, what a rung read, whether it was right. */
  readonly label: string | null;
  readonly read: string | null;
  readonly right: string | null;
  /** The model that read them so; any where it is not named. */
  readonly rung: string | null;
  /** The first and the last day, as ISO dates. */
  readonly since: string | null;
  readonly until: string | null;
  /** Whose statistics: "mine" or "all". */
  readonly scope: string | null;
  /** Which drawings to review: "open", "conflict" or "decided". */
  readonly state: string | null;
  /** "open" where the drawer Inside stands open on the drawing page. */
  readonly inside: string | null;
  /** The two digits whose evidence is compared: "7-1" is why 7 and not 1. */
  readonly why: string | null;
  /** A map of a convolutional rung: "2-17" is map 17 of block 2. */
  readonly map: string | null;
  /** A word of the glossary. */
  readonly term: string | null;
  /** What is done to the drawing on the page that nudges it. */
  readonly nudge: string | null;
}

/**
 * Changes the address; "replace" leaves no step for the Back button, and nor does a change that goes
 * on with the last one, as arrow keys through radio buttons do.
 */
export type ChangeUrl = (change: Partial<UrlState>, how?: "push" | "replace") => void;

const EMPTY: UrlState = {
  view: null,
  model: null,
  embed: null,
  digit: null,
  drawing: null,
  engine: null,
  present: null,
  models: null,
  sort: null,
  curves: null,
  calibration: null,
  plot: null,
  figures: null,
  cell: null,
  a: null,
  b: null,
  label: null,
  read: null,
  right: null,
  rung: null,
  since: null,
  until: null,
  scope: null,
  state: null,
  inside: null,
  why: null,
  map: null,
  term: null,
  nudge: null,
};

interface Property {
  /** The query parameter. */
  readonly parameter: string;
  readonly read: (text: string) => Partial<UrlState>;
  /** Null leaves the parameter out of the link. */
  readonly write: (state: UrlState) => string | null;
}

type StringKey = {
  [K in keyof UrlState]: UrlState[K] extends string | null ? K : never;
}[keyof UrlState];
type ListKey = Exclude<keyof UrlState, StringKey>;

/** A single value; an empty one counts as absent. */
function single(key: StringKey): Property {
  return {
    parameter: key,
    read: (text) => ({ [key]: text.trim() === "" ? null : text.trim() }),
    write: (state) => state[key],
  };
}

/** Values separated by commas. An empty list is not absent: it chooses nothing. */
function list(key: ListKey, parameter: string = key): Property {
  return {
    parameter,
    read: (text) => ({
      [key]: [...new Set(text.split(",").map((part) => part.trim()))].filter(Boolean),
    }),
    write: (state) => state[key]?.join(",") ?? null,
  };
}

/** How each property is read from a link and written to it. */
const PROPERTIES: readonly Property[] = [
  single("view"),
  single("model"),
  single("embed"),
  single("digit"),
  single("drawing"),
  single("engine"),
  single("present"),
  list("models", "rungs"),
  single("sort"),
  single("curves"),
  single("calibration"),
  single("plot"),
  list("figures"),
  single("cell"),
  single("a"),
  single("b"),
  single("label"),
  single("read"),
  single("right"),
  single("rung"),
  single("since"),
  single("until"),
  single("scope"),
  single("state"),
  single("inside"),
  single("why"),
  single("map"),
  single("term"),
  single("nudge"),
];

export function readUrl(search: string): UrlState {
  const query = new URLSearchParams(search);
  return PROPERTIES.reduce<UrlState>((state, { parameter, read }) => {
    const text = query.get(parameter);
    return text === null ? state : { ...state, ...read(text) };
  }, EMPTY);
}

/** The query for a state; parameters that the page does not know are kept. */
export function writeUrl(state: UrlState, search = ""): string {
  const query = new URLSearchParams(search);
  for (const { parameter, write } of PROPERTIES) {
    const text = write(state);
    if (text === null) query.delete(parameter);
    else query.set(parameter, text);
  }
  // a comma needs no escaping in a query, and people read links
  const written = query.toString().replaceAll("%2C", ",");
  return written === "" ? "" : `?${written}`;
}
