import { decodePicture } from "../../engine/decodePicture";
import { pictureOf } from "../../engine/picture";
import { preprocessPicture } from "../../engine/pictureField";
import { LeftToService } from "../../engine/pictureInk";
import { fieldOf, type Field } from "../../engine/preprocessing";
import type { Preprocessing } from "../../shared/api/networks";
import { labelledPictures, type Content } from "./labelled";
import type { Asked, Said } from "./messages";
import { UnusableFile, ZipFiles, said, type LeftOut } from "./zipFiles";

const say = (message: Said) => {
  postMessage(message);
};

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  read(data).catch((error: unknown) => {
    const message = said(error);
    say({
      kind: "failed",
      message:
        error instanceof UnusableFile
          ? message
          : `The file could not be read to its end: ${message}`,
    });
  });
});

/** Reads an archive: every picture's field, one after another. */
async function read({ archive, classes, preprocessing }: Asked): Promise<void> {
  const files = await ZipFiles.open(archive);
  const { total, pictures } = await labelledPictures(files, classes);
  say({ kind: "total", total });
  const forCommand: LeftOut[] = [];
  for await (const { name, label, content } of pictures) {
    const start = performance.now();
    try {
      const field = await fieldIn(content, preprocessing);
      const milliseconds = performance.now() - start;
      say({ kind: "picture", picture: { name, label, file: keyOf(content), field, milliseconds } });
    } catch (error) {
      const left = { name, reason: said(error) };
      if (error instanceof LeftToService) {
        const reason = `left to the command: the browser does not read what has ${error.message}`;
        forCommand.push({ name, reason });
        files.leftOut.push({ name, reason });
      } else files.leftOut.push(left);
    }
  }
  say({ kind: "done", leftOut: files.leftOut, forCommand, hidden: files.hidden });
}

async function fieldIn(content: Content, how: Preprocessing): Promise<Field | null> {
  if (content.kind === "strokes") return fieldOf(content.strokes)?.field ?? null;
  const pixels = content.kind === "pixels" ? content.pixels : await decodePicture(content.bytes);
  return preprocessPicture(pictureOf(pixels), how)?.field ?? null;
}

function keyOf(content: Content): string {
  if (content.kind === "file") return digest(content.bytes);
  if (content.kind === "pixels") return digest(content.pixels.data);
  return digest(new TextEncoder().encode(JSON.stringify(content.strokes)));
}

/**
 * 64 bits that equal files share, by FNV-1a from two starts: pages without https have no SHA-256,
 * and nobody gains by forging it.
 */
function digest(bytes: Uint8Array): string {
  let [a, b] = [0x811c9dc5, 0x050c5d1f];
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte ^ (a >>> 24), 0x01000193);
  }
  return `${bytes.length} ${a >>> 0} ${b >>> 0}`;
}
