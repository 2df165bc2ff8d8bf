import { useEffect, useMemo, useRef, useState } from "react";
import { mostErrors, type Cell } from "../../features/figures/cells";
import { count, interval, NONE, share, short } from "../../features/figures/format";
import { HeatLegend } from "../../features/figures/HeatLegend";
import { MarkerIcon } from "../../features/figures/MarkerIcon";
import { Matrix } from "../../features/figures/Matrix";
import { PlotFigure } from "../../features/figures/PlotFigure";
import type { RungFigures } from "../../features/ownPictures/figures";
import type { OwnReading } from "../../features/ownPictures/readArchive";
import { saveFile } from "../../features/share/save";
import { areDigits, noun } from "../../shared/lib/classes";
import { Disclosure } from "../../shared/ui/Disclosure";
import { Notice } from "../../shared/ui/Notice";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import type { ComparedModel } from "./comparedModels";
import { OwnMisread } from "./OwnMisread";
import { printSection } from "./printSection";
import { binnedPlot } from "./reportPlots";
import { sentenceParts } from "./sentenceParts";

interface OwnReportProps {
  readonly reading: OwnReading;
  readonly models: readonly ComparedModel[];
}

/** A rung's figures with its title and style. */
interface Shown {
  readonly model: ComparedModel;
  readonly figures: RungFigures;
}

/** The figures of somebody's own pictures: which rung to use for such, and why. */
export function OwnReport({ reading, models }: OwnReportProps) {
  const { report, fields } = reading;
  const { figures } = report;
  const titles = useMemo(() => new Map(models.map(({ name, title }) => [name, title])), [models]);
  const shown = useMemo(
    () =>
      figures.rungs.flatMap((each): Shown[] => {
        const model = models.find(({ name }) => name === each.name);
        return model ? [{ model, figures: each }] : [];
      }),
    [figures, models],
  );
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, [reading]);
  return (
    <div className="mt-6">
      <h3 ref={heading} tabIndex={-1} className="text-lg font-semibold outline-none">
        What to use for “{report.source}”
      </h3>
      <p data-testid="own-recommendation" className="mt-1 max-w-[60ch] text-xl">
        <Sentence text={figures.recommendation.sentence} titles={titles} />
      </p>
      <p className="mt-2 max-w-[70ch] text-soft">{figures.tells.sentence}</p>
      <p className="mt-2 max-w-[70ch] text-soft">{report.writers}</p>
      <p className="mt-4 flex flex-wrap gap-3">
        <button
          type="button"
          className="button"
          onClick={() => {
            const json = JSON.stringify(report, null, 2);
            saveFile("own-pictures.json", new Blob([json], { type: "application/json" }));
          }}
        >
          Save the figures as JSON
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            printSection("own");
          }}
        >
          Print this report
        </button>
      </p>
      <WhatCounts reading={reading} />
      <OwnTable shown={shown} />
      <p className="mt-2 max-w-[70ch] text-sm text-soft">
        Right: of the pictures that count, whatever a rung calls them; 95% intervals. Time: the
        network’s alone in this browser, whose clock has steps;{" "}
        {report.gate === null ? "decoding takes" : "decoding and the gate’s look take"}{" "}
        {report.reading_ms.toFixed(1)} ms a picture.
      </p>
      <Pairs report={report} titles={titles} />
      <div className="mt-8">
        <Reliability shown={shown} />
      </div>
      <OwnMatrices shown={shown} />
      <OwnMisread pictures={report.pictures} fields={fields} titles={titles} />
    </div>
  );
}

/** A sentence of the report, in which names of rungs stand in backticks. */
function Sentence({ text, titles }: { text: string; titles: ReadonlyMap<string, string> }) {
  return sentenceParts(text, titles).map((part, i) =>
    part.isModel ? <strong key={i}>{part.text}</strong> : part.text,
  );
}

/** What of the archive the figures are about, and what they are not. */
function WhatCounts({ reading }: { reading: OwnReading }) {
  const { report, forCommand } = reading;
  const { figures, left_out, repeated } = report;
  const others = left_out.filter(({ name }) => !forCommand.some((each) => each.name === name));
  const doubtful = report.pictures.filter(({ answers }) =>
    answers.some(({ verdict }) => verdict === "several" || verdict === "not_a_digit"),
  );
  const differing = repeated.filter(({ labels }) => new Set(labels).size > 1).length;
  return (
    <div className="mt-6 grid gap-3">
      <p data-testid="own-counts">
        <strong>{count(figures.n)}</strong> of {count(report.given)} count.
        {figures.blank > 0 && ` In ${count(figures.blank)} of them nothing is found: misread.`}
        {report.hidden > 0 && ` ${count(report.hidden)} hidden files are passed over.`}
      </p>
      {forCommand.length > 0 && (
        <Notice
          title={`${count(forCommand.length)} ${forCommand.length === 1 ? "picture is" : "pictures are"} left to the command`}
          tone="warn"
        >
          <p>
            The browser reads {noun(2)} on an even ground. Photographs and ruled paper take the
            service’s own reading, so these are not in the figures:
          </p>
          <p className="mt-1">
            <code className="wrap-anywhere">
              python -m experiments evaluate --pictures {report.source}
              {!areDigits() && " --models-dir …"} --out report.html
            </code>
          </p>
          <List title="Show them" entries={forCommand} />
        </Notice>
      )}
      {others.length > 0 && (
        <Notice title={`${count(others.length)} left out`} tone="warn">
          <p>Files, or lines of a table, that could not be read or have no label that counts.</p>
          <List title="Show why" entries={others} />
        </Notice>
      )}
      {repeated.length > 0 && (
        <Notice
          title={`${count(repeated.length)} ${repeated.length === 1 ? "picture is" : "pictures are"} there more than once`}
        >
          <p>
            Each counts once
            {differing > 0 && `; of ${count(differing)} the labels differ, so they do not count`}.
          </p>
          <List
            title="Show them"
            entries={repeated.map(({ names, labels, is_same_file }) => ({
              name: names.map((name, i) => `${name} (${labels[i] ?? ""})`).join(", "),
              reason: is_same_file ? "the same file" : "the same to a model",
            }))}
          />
        </Notice>
      )}
      {doubtful.length > 0 && (
        <Notice
          title={`${count(doubtful.length)} ${doubtful.length === 1 ? "is" : "are"} hardly one digit`}
        >
          <p>
            The gate takes them for several digits or for none. What a rung reads in them counts all
            the same; whether they are several is a guess here, where the command looks piece by
            piece.
          </p>
          <List
            title="Show them"
            entries={doubtful.map(({ name, answers }) => ({
              name,
              reason: answers[0]?.verdict === "several" ? "several digits" : "no digit",
            }))}
          />
        </Notice>
      )}
    </div>
  );
}

interface ListProps {
  readonly title: string;
  readonly entries: readonly { readonly name: string; readonly reason: string }[];
}

const MOST_LISTED = 200;

function List({ title, entries }: ListProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Disclosure
      title={title}
      about={`${count(entries.length)} of the file`}
      isOpen={isOpen}
      onOpen={setIsOpen}
    >
      <ScrollRegion label={title} className="max-h-64">
        <ul className="text-sm">
          {entries.slice(0, MOST_LISTED).map(({ name, reason }, i) => (
            <li key={i} className="py-0.5 wrap-anywhere">
              <span className="font-medium text-ink">{name}</span>: {reason}
            </li>
          ))}
          {entries.length > MOST_LISTED && (
            <li>… and {count(entries.length - MOST_LISTED)} more, in the JSON.</li>
          )}
        </ul>
      </ScrollRegion>
    </Disclosure>
  );
}

const HEADINGS = [
  "Right",
  "Accuracy",
  "Sure of",
  "Sure and right",
  "ECE",
  "Multiply-adds",
  "Time",
] as const;

function OwnTable({ shown }: { shown: readonly Shown[] }) {
  return (
    <ScrollRegion
      label="The rungs on your pictures"
      className="-mx-3 mt-6 border-y border-line bg-paper sm:mx-0 sm:rounded-3xl sm:border"
    >
      <table className="w-full border-collapse text-sm whitespace-nowrap">
        <caption className="sr-only">The rungs on your pictures</caption>
        <thead>
          <tr className="border-b border-line align-bottom">
            <th scope="col" className="px-3 py-2 text-left font-semibold">
              Rung
            </th>
            {HEADINGS.map((heading) => (
              <th key={heading} scope="col" className="px-3 py-2 text-right font-semibold">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ model, figures }) => (
            <tr
              key={model.name}
              data-testid="own-rung"
              data-model={model.name}
              className="border-b border-line last:border-0"
            >
              <th scope="row" className="px-3 py-2 text-left font-medium">
                <span className="flex items-center gap-2">
                  <MarkerIcon style={model.style} />
                  {model.title}
                </span>
              </th>
              {cells(figures).map(([text, below], i) => (
                <td key={i} className="px-3 py-2 text-right">
                  {text}
                  {below && <span className="block text-xs text-soft">{below}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function cells({ accuracy, verdicts, ...figures }: RungFigures): [string, string?][] {
  const { sure } = verdicts;
  return [
    [`${count(accuracy.right)} of ${count(accuracy.n)}`],
    [share(accuracy.share), accuracy.interval ? interval(accuracy.interval) : ""],
    [share(figures.sure_share)],
    [share(sure.share), sure.interval ? interval(sure.interval) : ""],
    [share(figures.expected_calibration_error)],
    [short(figures.multiply_adds)],
    [figures.milliseconds === null ? NONE : time(figures.milliseconds)],
  ];
}

function time(milliseconds: number): string {
  return milliseconds < 0.1 ? "< 0.1 ms" : `${Number(milliseconds.toPrecision(2))} ms`;
}

function Pairs({
  report,
  titles,
}: {
  report: OwnReading["report"];
  titles: ReadonlyMap<string, string>;
}) {
  const { pairs } = report.figures;
  const [isOpen, setIsOpen] = useState(false);
  const isShown = pairs.filter(({ evidence }) => evidence === "shown");
  if (pairs.length === 0) return null;
  const list = (some: typeof pairs) => (
    <ul className="mt-2 grid gap-2 text-sm">
      {some.map(({ a, b, sentence }) => (
        <li key={`${a} ${b}`} className="max-w-[70ch]">
          <Sentence text={sentence} titles={titles} />
        </li>
      ))}
    </ul>
  );
  return (
    <div className="mt-8">
      <h3 className="text-lg font-semibold">Differences that these pictures show</h3>
      {isShown.length > 0 ? list(isShown) : <p className="mt-1 text-soft">None.</p>}
      {isShown.length < pairs.length && (
        <Disclosure title="Show every pair" about="of rungs" isOpen={isOpen} onOpen={setIsOpen}>
          {list(pairs)}
        </Disclosure>
      )}
    </div>
  );
}

function Reliability({ shown }: { shown: readonly Shown[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const plot = useMemo(
    () =>
      binnedPlot(
        "own-reliability",
        shown.map(({ model, figures }) => ({ model, bins: [...figures.reliability] })),
      ),
    [shown],
  );
  return <PlotFigure plot={plot} isOpen={isOpen} onOpen={setIsOpen} />;
}

function OwnMatrices({ shown }: { shown: readonly Shown[] }) {
  const [cell, setCell] = useState<Cell | null>(null);
  const most = mostErrors(shown.map(({ figures }) => figures.confusion));
  return (
    <div className="mt-8">
      <h3 className="mb-2 text-lg font-semibold">Confusions</h3>
      {most > 0 && <HeatLegend most={most} />}
      <div className="grid grid-cols-[repeat(auto-fill,minmax(min(20.5rem,100%),1fr))] gap-8">
        {shown.map(({ model, figures }) => (
          <div key={model.name} data-testid="own-matrix" className="min-w-0">
            <h4 className="mb-1 flex items-center gap-2 font-semibold">
              <MarkerIcon style={model.style} />
              {model.title}
            </h4>
            <Matrix
              model={{ title: `${model.title} on your pictures` }}
              counts={figures.confusion}
              most={most}
              chosen={cell}
              onChoose={setCell}
            />
          </div>
        ))}
      </div>
    </div>
  );
}
