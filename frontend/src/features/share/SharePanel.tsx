import { useState, type ReactNode } from "react";
import { encodeDrawing } from "../drawing/encodeDrawing";
import { isEmpty, type Drawing } from "../drawing/history";
import type { ModelWithPrediction } from "../models/modelWithPrediction";
import { percent } from "../prediction/format";
import { keepsNothing } from "../prediction/keep";
import { readingText } from "../prediction/reading";
import { answersPng } from "./answersPicture";
import { curlCall, embedCode, pythonCall, type CallPicture } from "./calls";
import { drawingFragment, linkTo } from "./drawingLink";
import { dataUrlOf, saveFile } from "./save";
import { answersSvg, drawingSvg, type WrittenAnswer } from "./svg";
import { TextToCopy } from "./TextToCopy";

export interface SharePanelProps {
  readonly drawing: Drawing;
  /** The ladder, with its answers to this drawing. */
  readonly models: readonly ModelWithPrediction[];
  readonly chosen: ModelWithPrediction | null;
  /** The answers are to this drawing, not to the one before. */
  readonly isAnswered: boolean;
}

/** What became of the last press. */
type Outcome =
  | { readonly kind: "done"; readonly text: string }
  | { readonly kind: "failed"; readonly text: string }
  /** The browser does not let the page copy. */
  | { readonly kind: "by hand"; readonly what: string; readonly text: string };

/** Copies a link, calls and an embed, and saves pictures, of the drawing on the field. */
export function SharePanel({ drawing, models, chosen, isAnswered }: SharePanelProps) {
  const [outcome, setOutcome] = useState<({ readonly of: Drawing } & Outcome) | null>(null);
  const { picture, strokes } = drawing;
  const link = linkTo(drawing);
  const hasDrawing = !isEmpty(drawing);
  const hasStrokes = hasDrawing && !picture;
  const prediction = isAnswered && hasDrawing ? (chosen?.prediction ?? null) : null;
  const name = `digit-ladder${prediction ? `-${readingText(prediction).replaceAll(" / ", "-")}` : ""}`;

  const report = (outcome: Outcome) => {
    setOutcome({ of: drawing, ...outcome });
  };
  const attempt = (action: () => Promise<Outcome>) => () => {
    action().then(report, (error: unknown) => {
      report({ kind: "failed", text: `That did not work: ${String(error)}` });
    });
  };
  const copy = (what: string, text: () => string | Promise<string>) =>
    attempt(async () => copied(what, await text()));
  const call = async (write: typeof curlCall) =>
    write({ url: predictUrl(chosen), picture: await callPicture(drawing) });

  const savePng = attempt(async () => {
    const svg = answersSvg(
      picture ? { href: await dataUrlOf(picture.body), size: picture.size } : strokes,
      models.map(writtenAnswer),
      window.location.host,
    );
    const png = await answersPng(svg);
    if (png) return saved(`${name}.png`, png);
    const outcome = saved(`${name}-answers.svg`, svgBlob(svg));
    return {
      ...outcome,
      text: `${outcome.text} It is an SVG, since this browser scrambles what is drawn for a PNG.`,
    };
  });

  return (
    <div data-testid="share" className="grid gap-3 pb-2 text-sm">
      <Group label="Copy">
        <Action
          label="Link"
          isAvailable={link !== null}
          onPress={copy("The link", () => link ?? "")}
        />
        {hasService() && (
          <>
            <Action
              label="curl"
              isAvailable={hasDrawing}
              onPress={copy("The curl command", () => call(curlCall))}
            />
            <Action
              label="Python"
              isAvailable={hasDrawing}
              onPress={copy("The Python program", () => call(pythonCall))}
            />
          </>
        )}
        <Action
          label="Embed"
          isAvailable
          onPress={copy("The HTML of a frame", () => embedCode(embedUrl(drawing)))}
        />
      </Group>
      <Group label="Save">
        <Action label="PNG with answers" isAvailable={prediction !== null} onPress={savePng} />
        <Action
          label="SVG"
          isAvailable={hasStrokes}
          onPress={attempt(async () =>
            Promise.resolve(saved(`${name}.svg`, svgBlob(drawingSvg(strokes)))),
          )}
        />
        <Action
          label="28×28 PNG"
          isAvailable={prediction !== null}
          onPress={attempt(async () =>
            Promise.resolve(saved(`${name}-28x28.png`, prediction?.preprocessing.image ?? "")),
          )}
        />
      </Group>
      <p role="status" className={outcome?.kind === "failed" ? "text-warn" : "text-soft"}>
        {outcome?.of === drawing && outcome.kind !== "by hand"
          ? outcome.text
          : whatIsShared(drawing, link)}
      </p>
      {outcome?.of === drawing && outcome.kind === "by hand" && (
        <TextToCopy
          label={`This browser does not let the page copy. ${outcome.what}, to be copied by hand:`}
          text={outcome.text}
        />
      )}
    </div>
  );
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label} className="flex flex-wrap items-center gap-2">
      <span className="w-11 text-soft">{label}</span>
      {children}
    </div>
  );
}

interface ActionProps {
  readonly label: string;
  readonly isAvailable: boolean;
  readonly onPress: () => void;
}

/** Stays focusable while it has nothing to do, so the keyboard's place is not lost. */
function Action({ label, isAvailable, onPress }: ActionProps) {
  return (
    <button
      type="button"
      className="button"
      aria-disabled={!isAvailable}
      onClick={isAvailable ? onPress : undefined}
    >
      {label}
    </button>
  );
}

function whatIsShared({ picture }: Drawing, link: string | null): string {
  if (link !== null) return "A link holds the drawing itself; nothing is stored for it.";
  if (picture) return "A link cannot hold a picture that only you have.";
  return "Draw something first.";
}

/** The address that shows the drawing; null where a link cannot hold it. */
function embedUrl({ picture, strokes }: Drawing): string {
  const url = new URL(window.location.href);
  url.searchParams.set("embed", "1");
  url.hash = picture || strokes.length === 0 ? "" : (drawingFragment(strokes) ?? "");
  return url.href;
}

function predictUrl(model: ModelWithPrediction | null): string {
  const url = new URL("predict/", window.location.href);
  if (model) url.searchParams.set("model", model.name);
  if (keepsNothing()) url.searchParams.set("keep", "nothing");
  return url.href;
}

/** A page of static files has nobody to ask. */
function hasService(): boolean {
  return document.documentElement.dataset["static"] === undefined;
}

async function callPicture(drawing: Drawing): Promise<CallPicture> {
  if (drawing.picture?.link === null) {
    return { kind: "file", name: drawing.picture.name };
  }
  const file = encodeDrawing(drawing);
  const base64 = (await dataUrlOf(file)).replace(/^.*,/, "");
  return { kind: "bytes", base64, mediaType: file.type };
}

function writtenAnswer({ title, prediction }: ModelWithPrediction): WrittenAnswer {
  if (!prediction) return { title, reading: "", confidence: "" };
  const { read, confidence, verdict } = prediction;
  const isDigit = verdict !== "not_a_digit";
  return {
    title,
    reading: isDigit ? readingText(prediction) : "no digit",
    confidence: isDigit ? percent(read?.confidence ?? confidence) : "",
  };
}

async function copied(what: string, text: string): Promise<Outcome> {
  try {
    await navigator.clipboard.writeText(text);
    return { kind: "done", text: `${what} is copied: ${text.length} characters.` };
  } catch {
    // only pages that came by https or from this computer may copy
    return { kind: "by hand", what, text };
  }
}

function svgBlob(svg: string): Blob {
  return new Blob([svg], { type: "image/svg+xml" });
}

function saved(name: string, content: Blob | string): Outcome {
  saveFile(name, content);
  return { kind: "done", text: `Saved as ${name}.` };
}
