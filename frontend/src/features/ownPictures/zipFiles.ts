import {
  BlobReader,
  Uint8ArrayWriter,
  ZipReader,
  type FileEntry,
} from "@zip.js/zip.js/lib/zip-core.js";

/** As the service's largest upload. */
const MOST_FILE_BYTES = 12 * 1024 * 1024;
/** A table is read whole: MNIST's 60,000 digits have 47 MB. */
const MOST_TABLE_BYTES = 256 * 1024 * 1024;
const MOST_UNPACKED_BYTES = 4 * 1024 ** 3;
const MOST_ENTRIES = 200_000;
/** What operating systems leave beside people's files. */
const HIDDEN = new Set(["__macosx", "thumbs.db", "desktop.ini"]);
const LINK = 0o120000;

/** A file, or a line of one, that does not count, and why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** Why something of the archive cannot be used; the message is "expected …, got …". */
export class UnusableFile extends Error {
  override readonly name = "UnusableFile";
}

/** The files of a ZIP archive by their names, one read at a time; hidden ones are only counted. */
export class ZipFiles {
  readonly names: readonly string[];
  readonly leftOut: LeftOut[];
  readonly hidden: number;
  readonly #entries: ReadonlyMap<string, FileEntry>;

  private constructor(entries: Map<string, FileEntry>, leftOut: LeftOut[], hidden: number) {
    this.#entries = entries;
    this.names = [...entries.keys()].sort(byCodePoint);
    this.leftOut = leftOut;
    this.hidden = hidden;
  }

  /** Throws UnusableFile where it is no ZIP archive, or too large a one. */
  static async open(archive: Blob): Promise<ZipFiles> {
    const reader = new ZipReader(new BlobReader(archive), {
      // this is a worker already
      useWebWorkers: false,
      checkCrc32: true,
      checkOverlappingEntry: true,
      // names are judged below, one by one
      filenameValidation: "tolerant",
    });
    const entries = new Map<string, FileEntry>();
    const leftOut: LeftOut[] = [];
    let [count, hidden, unpacked] = [0, 0, 0];
    const leave = (name: string, reason: string) => leftOut.push({ name, reason });
    try {
      for await (const entry of reader.getEntriesGenerator()) {
        count += 1;
        unpacked += entry.uncompressedSize;
        if (count > MOST_ENTRIES || unpacked > MOST_UNPACKED_BYTES) {
          throw new UnusableFile(
            `expected at most ${MOST_ENTRIES} files and ${MOST_UNPACKED_BYTES} bytes unpacked, got more`,
          );
        }
        if (entry.directory) continue;
        const name = entry.filename.replaceAll("\\", "/");
        if (leadsOut(name)) {
          leave(name, "expected a name inside the ZIP file, got one that leads out of it");
        } else if (isHidden(name)) hidden += 1;
        else if (((entry.externalFileAttributes >>> 16) & 0o170000) === LINK) {
          leave(name, "expected a file, got a link");
        } else if (entries.has(name)) {
          leave(name, "expected each name once, got it again; the first one counts");
        } else entries.set(name, entry);
      }
    } catch (error) {
      if (error instanceof UnusableFile) throw error;
      throw new UnusableFile(`expected a ZIP file, got another or a damaged one (${said(error)})`);
    }
    return new ZipFiles(entries, leftOut, hidden);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** A picture's bytes. Throws UnusableFile where it cannot be read, or is too large. */
  read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#read(name, MOST_FILE_BYTES);
  }

  /** A table's bytes, unpacked once more where it is a gzip file. Throws UnusableFile. */
  async readTable(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#read(name, MOST_TABLE_BYTES);
    // told by content, not by name: some browsers unpack .gz files on the way
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipped(bytes) : bytes;
  }

  async #read(name: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.#entries.get(name);
    if (!entry) throw new UnusableFile("expected a file in the ZIP file, found none");
    // no more of an entry is unpacked than its size here says
    if (entry.uncompressedSize > most) {
      throw new UnusableFile(`expected at most ${most} bytes, got ${entry.uncompressedSize}`);
    }
    try {
      return await entry.getData<Uint8Array<ArrayBuffer>>(new Uint8ArrayWriter());
    } catch (error) {
      throw new UnusableFile(`expected a readable file, got a damaged one (${said(error)})`);
    }
  }
}

async function gunzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      total += part.value.length;
      if (total > MOST_TABLE_BYTES) {
        throw new UnusableFile(`expected at most ${MOST_TABLE_BYTES} bytes unpacked, got more`);
      }
      parts.push(part.value);
    }
  } catch (error) {
    if (error instanceof UnusableFile) throw error;
    throw new UnusableFile(`expected a whole gzip file, got a damaged one (${said(error)})`);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Whether a name would be of a file outside: an absolute path, or one with .. in it. */
export function leadsOut(name: string): boolean {
  return name.startsWith("/") || name[1] === ":" || name.split("/").includes("..");
}

function isHidden(name: string): boolean {
  return name.split("/").some((part) => part.startsWith(".") || HIDDEN.has(part.toLowerCase()));
}

/** Python's order, in which the command reads. */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
