import type { Channels } from "../../engine/picture";
import { FIELD_PX } from "../../engine/preprocessing";
import type { Stroke } from "../../engine/strokes";
import { csvRows, type CsvRow } from "./csvRows";
import { UnusableFile, leadsOut, said, type LeftOut, type ZipFiles } from "./zipFiles";

// What a ZIP file may hold, and every rule, is experiments/data/labelled.py's.

const PIXELS = FIELD_PX ** 2;
const MOST_SIDE_PX = 4096;
const FILE_COLUMNS = ["file", "path", "image", "filename"];
const LABEL_COLUMNS = ["label", "true_label", "class"];
/** Of a JSON line; of the service's export the upload goes before the field. */
const FILE_KEYS = ["file", "path", "drawing", "field"];
const PICTURE = /\.(png|jpe?g|webp|gif|bmp)$/i;
/** Names the classes that numbers count from 0; lies beside a table. */
const CLASSES_FILE = "classes.txt";
/** In a table, 7 may be written so where lines have gaps: 7.0. */
const NUMBER = /^([0-9]{1,4})(\.0)?$/;
/** Labels that the service knows and that are no class. */
const NO_CLASS = ["not_a_digit", "several"];
/** Folders of a set that comes split. */
const PART = /^(train(ing)?|val(id|idation)?|test(ing)?)$/i;
/** Strokes are drawn in the middle of the page's canvas, in its middle size, with its middle pen. */
const CANVAS_PX = 280;
const STROKES_PX = 160;
const STROKES_PEN_PX = 20;

export type Content =
  | { readonly kind: "file"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "pixels"; readonly pixels: Channels }
  | { readonly kind: "strokes"; readonly strokes: readonly Stroke[] };

/** A picture, its class' index, and what to call it: file, or file and line. */
export interface Labelled {
  readonly name: string;
  readonly label: number;
  readonly content: Content;
}

/** What the archive holds: its pictures come one after another, what is left out beside them. */
export interface LabelledPictures {
  /** Null where only reading tells. */
  readonly total: number | null;
  /** Throws UnusableFile at a label of no class, and where a file is not what it should be. */
  readonly pictures: AsyncGenerator<Labelled>;
}

/** The labelled pictures of a ZIP file; what is left out is put into its own list. */
export async function labelledPictures(
  files: ZipFiles,
  names: readonly string[],
): Promise<LabelledPictures> {
  const classes = names.map((name) => name.normalize("NFC"));
  const top = await wrapping(files, classes);
  const tables = await tablesAt(files, top);
  if (tables.length > 0) return { total: null, pictures: new Tables(files, classes).read(tables) };
  const found = byFolder(files, top, classes);
  return { total: found.length, pictures: readFolders(files, found) };
}

interface Table {
  readonly name: string;
  readonly kind: "csv" | "lines" | "idx";
}

/**
 * The folders that all of it lies in and that are no label: "digits/train/", or "". Files that are
 * neither pictures nor tables, such as a README, may lie beside them.
 */
async function wrapping(files: ZipFiles, classes: readonly string[]): Promise<string> {
  let top = "";
  for (;;) {
    const inside = files.names
      .filter((name) => name.startsWith(top))
      .map((name) => name.slice(top.length));
    const folders = new Set(
      inside.filter((name) => name.includes("/")).map((name) => name.slice(0, name.indexOf("/"))),
    );
    const pictures = inside.filter((name) => !name.includes("/") && PICTURE.test(name));
    const [folder] = folders;
    if (
      folder === undefined ||
      folders.size > 1 ||
      pictures.length > 0 ||
      NO_CLASS.includes(folder) ||
      classOf(folder, classes) !== null ||
      (await tablesAt(files, top)).length > 0
    ) {
      return top;
    }
    top += `${folder}/`;
  }
}

/** The files at the top that say what counts; of IDX files those of pictures. */
async function tablesAt(files: ZipFiles, top: string): Promise<Table[]> {
  const tables: Table[] = [];
  for (const name of files.names) {
    if (!name.startsWith(top) || name.includes("/", top.length)) continue;
    const kind = await kindOf(files, name);
    if (kind) tables.push({ name, kind });
  }
  return tables;
}

async function kindOf(files: ZipFiles, name: string): Promise<Table["kind"] | null> {
  const bare = name.toLowerCase().replace(/\.gz$/, "");
  if (/\.[ct]sv$/.test(bare)) return "csv";
  if (/\.(jsonl|ndjson)$/.test(bare)) return "lines";
  if (!PICTURE.test(bare) && (await idxSides(files, name)) === 3) return "idx";
  return null;
}

async function idxSides(files: ZipFiles, name: string): Promise<number | null> {
  const bytes = await files.readTable(name).catch(() => null);
  const isIdx = bytes && bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8;
  return isIdx ? (bytes[3] ?? null) : null;
}

function byFolder(files: ZipFiles, top: string, classes: readonly string[]) {
  const found: { name: string; label: number }[] = [];
  const below = files.names.filter((name) => name.startsWith(top));
  const homes = new Set(below.map((name) => name.slice(top.length).split("/", 1)[0] ?? ""));
  const parts = [...homes].filter((home) => PART.test(home)).sort();
  for (const name of files.names) {
    const inside = name.slice(top.length);
    const end = inside.indexOf("/");
    if (end < 0 || !name.startsWith(top)) {
      files.leftOut.push({
        name,
        reason:
          "expected a folder a label, or CSV, JSON lines or IDX files, got a file that is none of these",
      });
      continue;
    }
    const folder = inside.slice(0, end);
    const label = classOf(folder, classes);
    if (label !== null) found.push({ name, label });
    else if (NO_CLASS.includes(folder)) {
      files.leftOut.push({ name, reason: noClass(folder, classes) });
    } else {
      const hint = PART.test(folder) ? `: give ${parts.join(" or ")} itself` : "";
      throw new UnusableFile(
        `${name}: expected a folder a label, ${known(classes)}, got the folder “${folder}”${hint}`,
      );
    }
  }
  return found;
}

async function* readFolders(
  files: ZipFiles,
  found: readonly { readonly name: string; readonly label: number }[],
): AsyncGenerator<Labelled> {
  for (const { name, label } of found) {
    try {
      yield { name, label, content: { kind: "file", bytes: await files.read(name) } };
    } catch (error) {
      if (!(error instanceof UnusableFile)) throw error;
      files.leftOut.push({ name, reason: error.message });
    }
  }
}

/** Tables that say what counts. */
class Tables {
  readonly #files: ZipFiles;
  readonly #classes: readonly string[];
  /** Files that a line of a table names. */
  readonly #named = new Set<string>();
  /** `classes.txt` beside the table that is read, and what it calls 0, 1, … */
  #namesFile = "";
  #numbered: readonly string[] = [];

  constructor(files: ZipFiles, classes: readonly string[]) {
    this.#files = files;
    this.#classes = classes;
  }

  async *read(tables: readonly Table[]): AsyncGenerator<Labelled> {
    for (const table of tables) {
      this.#namesFile = beside(table.name, CLASSES_FILE);
      this.#numbered = await this.#names();
      if (table.kind === "csv") yield* this.#csv(table.name);
      else if (table.kind === "lines") yield* this.#jsonLines(table.name);
      else yield* this.#idx(table.name);
    }
    const names = tables.map(({ name }) => name).join(", ");
    for (const name of this.#files.names) {
      if (!this.#named.has(name) && PICTURE.test(name)) {
        this.#leave(name, `no line of ${names} names it`);
      }
    }
  }

  async *#csv(name: string): AsyncGenerator<Labelled> {
    const rows = csvRows(await this.#text(name));
    const header = rows.next();
    const columns = columnsOf(name, header.done ? [] : header.value.cells);
    if (columns.isNameless && !header.done) yield* this.#row(name, columns, header.value);
    for (const row of rows) {
      if (row.cells.length > 1 || row.cells[0] !== "") yield* this.#row(name, columns, row);
    }
  }

  async *#row(name: string, columns: Columns, { line, cells }: CsvRow): AsyncGenerator<Labelled> {
    const place = `${name}, line ${line}`;
    if (cells.length !== columns.count) {
      this.#leave(place, `expected ${columns.count} columns, got ${cells.length}`);
      return;
    }
    const label = cells[columns.label] ?? "";
    if (columns.file !== null) {
      const file = (cells[columns.file] ?? "").trim();
      yield* this.#file(`${file} (${place})`, name, file, label);
      return;
    }
    const levels = cells
      .filter((_, at) => at !== columns.label)
      .map((text) => (text.trim() === "" ? NaN : Number(text)));
    if (!levels.every((level) => level >= 0 && level <= 255)) {
      this.#leave(place, `expected ${PIXELS} grey levels in 0..255, got others`);
      return;
    }
    const highest = Math.max(...levels);
    if (highest > 0 && highest <= 1) {
      this.#leave(place, "expected grey levels up to 255, got none above 1");
      return;
    }
    const data = Uint8Array.from(levels, Math.round);
    yield* this.#labelled(place, label, () => pixels(data, FIELD_PX, FIELD_PX));
  }

  async *#jsonLines(name: string): AsyncGenerator<Labelled> {
    const lines = (await this.#text(name)).split("\n");
    for (const [i, line] of lines.entries()) {
      if (line.trim() === "") continue;
      const place = `${name}, line ${i + 1}`;
      const record = objectIn(line);
      if (!record) {
        this.#leave(place, `expected a JSON object, got ${line.slice(0, 40)}`);
        continue;
      }
      const key = LABEL_COLUMNS.find((each) => each in record);
      const label = textOf(key === undefined ? null : record[key]);
      const named = FILE_KEYS.map((each) => record[each]).filter(
        (file) => typeof file === "string",
      );
      for (const file of named) this.#named.add(beside(name, file));
      const { strokes, image } = record;
      if (strokes !== undefined && strokes !== null) {
        yield* this.#labelled(place, label, () => ({ kind: "strokes", strokes: drawn(strokes) }));
      } else if (typeof image === "string") {
        yield* this.#labelled(place, label, () => ({ kind: "file", bytes: fromBase64(image) }));
      } else if (named[0] !== undefined) {
        yield* this.#file(`${named[0]} (${place})`, name, named[0], label);
      } else this.#leave(place, "expected strokes, an image or a file, got none of them");
    }
  }

  async *#idx(name: string): AsyncGenerator<Labelled> {
    const partner = await this.#labelsOf(name);
    const labels = idxOf(partner, await this.#files.readTable(partner), 1);
    const images = idxOf(name, await this.#table(name), 3);
    const [n = 0, height = 0, width = 0] = images.shape;
    if (n !== labels.data.length) {
      throw new UnusableFile(
        `${partner}: expected ${n} labels as ${name} says, got ${labels.data.length}`,
      );
    }
    if (![height, width].every((side) => side > 0 && side <= MOST_SIDE_PX)) {
      throw new UnusableFile(
        `${name}: expected pictures of at most ${MOST_SIDE_PX} × ${MOST_SIDE_PX} px, got ${width} × ${height}`,
      );
    }
    for (const [number, label] of labels.data.entries()) {
      const data = images.data.slice(number * height * width, (number + 1) * height * width);
      const place = `${name}, number ${number}`;
      yield* this.#labelled(place, String(label), () => pixels(data, width, height));
    }
  }

  /** The labels' file of an IDX file of pictures: by its name, or the only one there is. */
  async #labelsOf(name: string): Promise<string> {
    const cut = name.lastIndexOf("/") + 1;
    const likely = name.slice(cut).replaceAll("images", "labels").replaceAll("idx3", "idx1");
    const bare = likely.replace(/\.gz$/, "");
    for (const candidate of [likely, bare, `${bare}.gz`]) {
      const path = name.slice(0, cut) + candidate;
      if (path !== name && (await idxSides(this.#files, path)) === 1) return path;
    }
    const others: string[] = [];
    for (const other of this.#files.names) {
      if (!PICTURE.test(other) && (await idxSides(this.#files, other)) === 1) others.push(other);
    }
    const [only] = others;
    if (only === undefined || others.length > 1) {
      throw new UnusableFile(`${name}: expected the labels beside it as ${likely}, found none`);
    }
    return only;
  }

  async *#file(place: string, table: string, file: string, label: string) {
    const name = beside(table, file);
    this.#named.add(name);
    if (leadsOut(file)) {
      this.#leave(place, "expected a file beside the table, got a path that leads out of it");
      return;
    }
    yield* this.#labelled(place, label, async () => ({
      kind: "file",
      bytes: await this.#files.read(name),
    }));
  }

  async *#labelled(
    name: string,
    text: string,
    read: () => Content | Promise<Content>,
  ): AsyncGenerator<Labelled> {
    const label = classOf(text, this.#classes, this.#numbered);
    if (label !== null) {
      try {
        yield { name, label, content: await read() };
      } catch (error) {
        if (!(error instanceof UnusableFile)) throw error;
        this.#leave(name, error.message);
      }
    } else if (text.trim() === "") this.#leave(name, "has no label");
    else if (
      NO_CLASS.includes(text) ||
      text.split(/\s+/).every((part) => classOf(part, this.#classes, this.#numbered) !== null)
    ) {
      this.#leave(name, noClass(text, this.#classes));
    } else {
      throw new UnusableFile(`${name}: expected a label, ${this.#refused(text)}`);
    }
  }

  async #names(): Promise<readonly string[]> {
    const name = this.#namesFile;
    return this.#files.names.includes(name) ? classNames(name, await this.#text(name)) : [];
  }

  /** What was expected in place of a label of no class, and what came. */
  #refused(label: string): string {
    const [expected, got] = [known(this.#classes), `got “${label.slice(0, 40)}”`];
    const found = NUMBER.exec(label.trim());
    if (found === null) return `${expected}, ${got}`;
    if (this.#numbered.length === 0) {
      if (this.#classes.some((name) => NUMBER.test(name))) return `${expected}, ${got}`;
      return `${expected}, or ${CLASSES_FILE} beside it, which names the numbers; ${got}`;
    }
    const name = this.#numbered[Number(found[1])];
    if (name === undefined) return `${expected}, ${got}, for which ${this.#namesFile} has no line`;
    return `${expected}, ${got}, which ${this.#namesFile} calls “${name}”`;
  }

  async #table(name: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await this.#files.readTable(name);
    } catch (error) {
      throw new UnusableFile(`${name}: ${said(error)}`);
    }
  }

  async #text(name: string): Promise<string> {
    const bytes = await this.#table(name);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      throw new UnusableFile(`${name}: expected text in UTF-8, got other bytes`);
    }
  }

  #leave(name: string, reason: string): void {
    const left: LeftOut = { name, reason };
    this.#files.leftOut.push(left);
  }
}

/** Where in a row of `count` columns the label and the file are; without one, the rest is levels. */
interface Columns {
  readonly count: number;
  readonly label: number;
  readonly file: number | null;
  /** The first line has no names. */
  readonly isNameless: boolean;
}

function columnsOf(name: string, header: readonly string[]): Columns {
  const count = header.length;
  if (count === PIXELS + 1 && header.every((text) => /^[0-9]+$/.test(text.trim()))) {
    return { count, label: 0, file: null, isNameless: true };
  }
  const names = header.map((text) => text.trim().toLowerCase());
  const placeOf = (known: readonly string[]) => {
    const found = known.find((each) => names.includes(each));
    return found === undefined ? null : names.indexOf(found);
  };
  const [label, file] = [placeOf(LABEL_COLUMNS), placeOf(FILE_COLUMNS)];
  if (label !== null && (file !== null || count === PIXELS + 1)) {
    return { count, label, file, isNameless: false };
  }
  throw new UnusableFile(
    `${name}: expected the columns file,label or label,pixel0,…,pixel${PIXELS - 1}, got ${names.slice(0, 6).join(",").slice(0, 80)}`,
  );
}

/** The names in the `classes.txt` that is called `name`: a line each, but for empty last ones. */
function classNames(name: string, text: string): string[] {
  if (text.trim() === "") return [];
  const lines = text.normalize("NFC").trimEnd().split("\n");
  const names = lines.map((line) => line.trim());
  const empty = names.indexOf("");
  if (empty < 0) return names;
  throw new UnusableFile(
    `${name}, line ${empty + 1}: expected a name, any for a number that does not occur, got an empty line`,
  );
}

function classOf(
  label: string,
  classes: readonly string[],
  numbered: readonly string[] = [],
): number | null {
  const place = (name: string) => (classes.includes(name) ? classes.indexOf(name) : null);
  const text = label.trim().normalize("NFC");
  const found = NUMBER.exec(text);
  const number = found ? Number(found[1]) : null;
  if (number !== null && numbered.length > 0) return place(numbered[number] ?? "");
  const named = place(text);
  if (named !== null || number === null || numbered.length > 0) return named;
  return place(String(number));
}

function noClass(label: string, classes: readonly string[]): string {
  return `is labelled “${label.slice(0, 40)}”: not ${known(classes)}`;
}

function known(classes: readonly string[]): string {
  return `one of ${classes.join(", ")}`;
}

/** The name of a file that a table names. */
function beside(table: string, file: string): string {
  const folder = table.slice(0, table.lastIndexOf("/") + 1);
  return (folder + file.replaceAll("\\", "/"))
    .split("/")
    .filter((part) => part !== "." && part !== "")
    .join("/");
}

function pixels(data: Uint8Array, width: number, height: number): Content {
  return { kind: "pixels", pixels: { data, width, height, channels: 1 } };
}

function idxOf(name: string, bytes: Uint8Array, sides: number) {
  const start = 4 + 4 * sides;
  if (bytes.length < start || bytes[3] !== sides) {
    throw new UnusableFile(`${name}: expected an IDX file of ${sides} sides, got another`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: sides }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((a, b) => a * b, 1);
  if (bytes.length < start + size) {
    throw new UnusableFile(
      `${name}: expected ${size} more bytes, got ${bytes.length - start}: it breaks off`,
    );
  }
  return { shape, data: bytes.subarray(start, start + size) };
}

function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function textOf(label: unknown): string {
  if (typeof label === "string") return label;
  return label === null ? "" : JSON.stringify(label);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    const decoded = atob(text.replace(/^data:[^,]{0,200};base64,/, ""));
    return Uint8Array.from(decoded, (letter) => letter.charCodeAt(0));
  } catch {
    throw new UnusableFile(`expected an image in base64, got ${text.slice(0, 40)}`);
  }
}

/** Strokes as the page's canvas would have them: [[[x, y], …], …], y down. */
function drawn(strokes: unknown): Stroke[] {
  const isPoint = (point: unknown): point is [number, number] =>
    Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  const isStroke = (stroke: unknown): stroke is [number, number][] =>
    Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
  if (!Array.isArray(strokes) || strokes.length === 0 || !strokes.every(isStroke)) {
    throw new UnusableFile("expected strokes, [[[x, y], …], …], got others");
  }
  const ends = ([0, 1] as const).map((axis) => {
    const all = strokes.flat().map((point) => point[axis]);
    return { least: all.reduce(lesser), most: all.reduce(greater) };
  });
  const longer = Math.max(...ends.map(({ least, most }) => most - least)) || 1;
  const place = ([x, y]: [number, number]) => {
    const [at = 0, down = 0] = [x, y].map((value, axis) => {
      const { least = 0, most = 0 } = ends[axis] ?? {};
      const free = CANVAS_PX - (STROKES_PX * (most - least)) / longer;
      return (free / 2 + (STROKES_PX * (value - least)) / longer) / CANVAS_PX;
    });
    return { x: at, y: down };
  };
  return strokes.map((stroke) => ({
    width: STROKES_PEN_PX / CANVAS_PX,
    // each point twice: the page rounds corners between points, which these may be few of
    points: stroke.map(place).flatMap((point) => [point, point]),
  }));
}

const lesser = (a: number, b: number) => Math.min(a, b);
const greater = (a: number, b: number) => Math.max(a, b);
