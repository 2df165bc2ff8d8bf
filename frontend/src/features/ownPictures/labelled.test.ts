import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js/lib/zip-core.js";
import { describe, expect, test } from "vitest";
import { csvRows } from "./csvRows";
import { labelledPictures } from "./labelled";
import labelCases from "./labels.cases.json";
import { ZipFiles } from "./zipFiles";

interface Case {
  readonly classes: string[];
  readonly named?: string;
  readonly labels: Readonly<Record<string, number | null>>;
}
const CASES = labelCases as readonly Case[];

type Entries = readonly (readonly [name: string, content: string | Uint8Array])[];

async function zipOf(entries: Entries): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, content] of entries) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await writer.add(name, new Uint8ArrayReader(bytes));
  }
  return writer.close();
}

/** The names and labels that count, and the names that are left out with a piece of the reason. */
async function readAll(archive: Uint8Array<ArrayBuffer>, classes = "0123456789".split("")) {
  const files = await ZipFiles.open(new Blob([archive]));
  const { total, pictures } = await labelledPictures(files, classes);
  const found: [string, number][] = [];
  for await (const { name, label } of pictures) found.push([name, label]);
  return { total, found, left: files.leftOut, hidden: files.hidden };
}

const idx = (sides: readonly number[], data: readonly number[]) =>
  Uint8Array.from([0, 0, 8, sides.length, ...sides.flatMap((side) => [0, 0, 0, side]), ...data]);

test("a folder is a label, whatever wraps it, and hidden files are passed over", async () => {
  const archive = await zipOf([
    ["digits/train/7/b.png", "B"],
    ["digits/train/7/a.png", "A"],
    ["digits/train/0/c.png", "C"],
    ["digits/train/readme.txt", "hello"],
    ["digits/license", "free"],
    ["README.md", "hello"],
    ["__MACOSX/x", ""],
    ["digits/.DS_Store", ""],
    ["../out.png", "X"],
  ]);
  const { total, found, left, hidden } = await readAll(archive);
  expect(total).toBe(3);
  expect(found).toEqual([
    ["digits/train/0/c.png", 0],
    ["digits/train/7/a.png", 7],
    ["digits/train/7/b.png", 7],
  ]);
  expect(left.map(({ name }) => name)).toEqual([
    "../out.png",
    "README.md",
    "digits/license",
    "digits/train/readme.txt",
  ]);
  expect(hidden).toBe(2);
});

test("a picture or a table beside the one folder says that all begins there", async () => {
  const picture = ["digits/7/a.png", "A"] as const;
  await expect(readAll(await zipOf([picture, ["loose.png", "B"]]))).rejects.toThrow(
    "digits/7/a.png: expected a folder a label",
  );
  const { found } = await readAll(
    await zipOf([picture, ["labels.csv", "file,label\ndigits/7/a.png,7\n"]]),
  );
  expect(found).toEqual([["digits/7/a.png (labels.csv, line 2)", 7]]);
});

test("another folder is refused by its name", async () => {
  const archive = await zipOf([
    ["7/a.png", "A"],
    ["seven/b.png", "B"],
  ]);
  await expect(readAll(archive)).rejects.toThrow("seven/b.png: expected a folder a label");
});

test.each(["several", "not_a_digit"])(
  "a folder %s is left out as such lines are",
  async (folder) => {
    const picture = [`${folder}/a.png`, "A"] as const;
    const reason = `is labelled “${folder}”: not one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9`;
    const { found, left } = await readAll(await zipOf([picture, ["2/b.png", "B"]]));
    expect(found).toEqual([["2/b.png", 2]]);
    expect(left).toEqual([{ name: `${folder}/a.png`, reason }]);
    expect((await readAll(await zipOf([picture]))).left).toEqual(left);
    const table = ["a.csv", `file,label\n${folder}/a.png,${folder}\n`] as const;
    const asLine = await readAll(await zipOf([picture, table]));
    expect(asLine.left.map((each) => each.reason)).toEqual([reason]);
  },
);

test.each([
  [["test", "train"], "the folder “test”: give test or train itself"],
  [["Training", "VAL"], "the folder “Training”: give Training or VAL itself"],
])("of a set that is split, %j, a part is asked for", async (folders, sentence) => {
  const entries = folders.map((folder) => [`set/${folder}/7/a.png`, "A"] as const);
  await expect(readAll(await zipOf([...entries, ["set/readme.txt", "hello"]]))).rejects.toThrow(
    sentence,
  );
});

test("names that look equal are one class", async () => {
  const archive = await zipOf([
    ["Caf\u00e9/a.png", "A"],
    ["Cafe\u0301/b.png", "B"],
    ["Tee/c.png", "C"],
  ]);
  for (const name of ["Caf\u00e9", "Cafe\u0301"]) {
    const { found } = await readAll(archive, ["Tee", name]);
    expect(found.map(([, label]) => label)).toEqual([1, 1, 0]);
  }
});

test("CSV names files, and what no line names is left out", async () => {
  const archive = await zipOf([
    ["labels.csv", '\uFEFFfile;label\n"a;1.png";7.0\nb.png;\n../c.png;1\nd.png;3 7\ngone.png;2\n'],
    ["a;1.png", "A"],
    ["b.png", "B"],
    ["d.png", "D"],
    ["e.png", "E"],
  ]);
  const { found, left } = await readAll(archive);
  expect(found).toEqual([["a;1.png (labels.csv, line 2)", 7]]);
  expect(left.map(({ reason }) => reason)).toEqual([
    "has no label",
    "expected a file beside the table, got a path that leads out of it",
    "is labelled “3 7”: not one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9",
    "expected a file in the ZIP file, found none",
    "no line of labels.csv names it",
  ]);
});

test("Kaggle's table has 784 grey levels a line, with names or without", async () => {
  const levels = Array.from({ length: 784 }, (_, i) => i % 256).join(",");
  const archive = await zipOf([
    ["train.csv", `5,${levels}\n6,${levels}\n7,1,2\n7${",0.5".repeat(784)}\n`],
  ]);
  const { found, left } = await readAll(archive);
  expect(found).toEqual([
    ["train.csv, line 1", 5],
    ["train.csv, line 2", 6],
  ]);
  expect(left.map(({ reason }) => reason)).toEqual([
    "expected 785 columns, got 3",
    "expected grey levels up to 255, got none above 1",
  ]);
});

test("JSON lines have strokes, pictures or files, as the service's export", async () => {
  const archive = await zipOf([
    [
      "drawings.jsonl",
      [
        '{"true_label": "3", "field": "fields/a.png", "drawing": null}',
        '{"true_label": "several", "field": "fields/b.png"}',
        '{"label": 4, "image": "data:image/png;base64,AAAA"}',
        '{"label": 1, "strokes": [[[0, 0], [0, 9]]]}',
        "[1]",
        '{"label": 1, "strokes": [[]]}',
      ].join("\n"),
    ],
    ["fields/a.png", "A"],
    ["fields/b.png", "B"],
  ]);
  const { found, left } = await readAll(archive);
  expect(found).toEqual([
    ["fields/a.png (drawings.jsonl, line 1)", 3],
    ["drawings.jsonl, line 3", 4],
    ["drawings.jsonl, line 4", 1],
  ]);
  expect(left.map(({ name }) => name)).toEqual([
    "fields/b.png (drawings.jsonl, line 2)",
    "drawings.jsonl, line 5",
    "drawings.jsonl, line 6",
  ]);
});

describe.each(CASES)("of classes $classes, by $named", ({ classes, named, labels }) => {
  test.each(Object.entries(labels))("%j is class %j", async (label, expected) => {
    const entries: [string, string][] = [
      ["7.png", "A"],
      ["index.csv", `file,label\n7.png,${label}\n`],
    ];
    if (named !== undefined) entries.push(["classes.txt", named]);
    const read = readAll(await zipOf(entries), classes);
    if (expected === null) await expect(read).rejects.toThrow("expected a label, one of");
    else expect((await read).found.map(([, found]) => found)).toEqual([expected]);
  });
});

test.each([
  ["AB", null, "1", "A, B, or classes.txt beside it, which names the numbers; got “1”"],
  ["AB", null, "one", "A, B, got “one”"],
  ["01", null, "7", "0, 1, got “7”"],
  ["01", "1\n0\nHat\n", "2.0", "0, 1, got “2.0”, which sub/classes.txt calls “Hat”"],
  ["01", "1\n0\nHat\n", "3", "0, 1, got “3”, for which sub/classes.txt has no line"],
  ["AB", "A\n", "1", "A, B, got “1”, for which sub/classes.txt has no line"],
  ["AB", "A\n", "one", "A, B, got “one”"],
])("of classes %s, by %j, %s is refused", async (classes, names, label, sentence) => {
  const entries: [string, string][] = [["sub/index.jsonl", JSON.stringify({ label, image: "" })]];
  if (names !== null) entries.push(["sub/classes.txt", names]);
  await expect(readAll(await zipOf(entries), classes.split(""))).rejects.toThrow(
    `sub/index.jsonl, line 1: expected a label, one of ${sentence}`,
  );
});

test.each([
  ["\n1\n", 1],
  ["0\r\n \r\n1\r\n\r\n", 2],
])("an empty line of classes.txt, %j, is refused by its number", async (names, line) => {
  const archive = await zipOf([
    ["index.csv", "file,label\n7.png,7\n"],
    ["classes.txt", names],
  ]);
  await expect(readAll(archive)).rejects.toThrow(`classes.txt, line ${line}: expected a name`);
});

test("IDX files stand beside their labels", async () => {
  const images: [string, Uint8Array] = ["t10k-images-idx3-ubyte", idx([2, 1, 2], [1, 2, 3, 4])];
  const { found } = await readAll(
    await zipOf([images, ["t10k-labels-idx1-ubyte", idx([2], [8, 9])]]),
  );
  expect(found).toEqual([
    ["t10k-images-idx3-ubyte, number 0", 8],
    ["t10k-images-idx3-ubyte, number 1", 9],
  ]);
  await expect(
    readAll(await zipOf([images, ["t10k-labels-idx1-ubyte", idx([1], [8])]])),
  ).rejects.toThrow("expected 2 labels");
});

describe("archives that are not what they should be", () => {
  test("another file", async () => {
    await expect(ZipFiles.open(new Blob(["no archive"]))).rejects.toThrow("expected a ZIP file");
  });

  test("a damaged entry is left out by its name, the others count", async () => {
    const archive = await zipOf([
      ["1/a.png", "aaaaaaaaaa"],
      ["1/b.png", "bbbbbbbbbb"],
    ]);
    const name = Buffer.from(archive).indexOf("1/a.png");
    // its data lies behind its name and further fields, whose length the header says
    const data = name + "1/a.png".length + new DataView(archive.buffer).getUint16(name - 2, true);
    archive[data + 1] = 0xff ^ (archive[data + 1] ?? 0);
    const { found, left } = await readAll(archive);
    expect(found).toEqual([["1/b.png", 1]]);
    expect(left[0]?.name).toBe("1/a.png");
    expect(left[0]?.reason).toContain("damaged");
  });

  test("an entry larger than a picture may be is not unpacked", async () => {
    const archive = await zipOf([["1/bomb.png", new Uint8Array(13 * 1024 * 1024)]]);
    expect(archive.length).toBeLessThan(100_000);
    const { found, left } = await readAll(archive);
    expect(found).toEqual([]);
    expect(left[0]?.reason).toContain("expected at most 12582912 bytes");
  });

  test("an entry that unpacks to more than it says is stopped", async () => {
    const archive = await zipOf([["1/liar.png", new Uint8Array(1024 * 1024)]]);
    const view = new DataView(archive.buffer);
    for (let at = 0; at + 4 < archive.length; at += 1) {
      if (view.getUint32(at, true) === 1024 * 1024) view.setUint32(at, 1000, true);
    }
    const { found, left } = await readAll(archive);
    expect(found).toEqual([]);
    expect(left[0]?.name).toBe("1/liar.png");
  });
});

test("CSV keeps quoted marks, line ends and quotes", () => {
  expect([...csvRows('a,"b ""c"", d"\r\n"e\nf",g')]).toEqual([
    { line: 1, cells: ["a", 'b "c", d'] },
    { line: 3, cells: ["e\nf", "g"] },
  ]);
});
