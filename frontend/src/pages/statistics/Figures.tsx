import { useMemo } from "react";
import { FigureTableView } from "../../features/figures/FigureTableView";
import { count } from "../../features/figures/format";
import { PlotFigure } from "../../features/figures/PlotFigure";
import type { StyledModel } from "../../features/figures/plot";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { Notice } from "../../shared/ui/Notice";
import { Section, SectionLinks } from "../../shared/ui/Section";
import { ConfusionMatrices } from "./ConfusionMatrices";
import { modelTable } from "./modelTable";
import { Pairs } from "./Pairs";
import type { Statistics } from "./statistics";
import {
  accuracyPlot,
  calibrationPlot,
  calibrationText,
  dayText,
  daysPlot,
  digitsPlot,
  driftPlot,
  figuresOf,
} from "./statisticsPlots";

const SECTIONS = {
  rungs: { id: "rungs", link: "Rungs", title: "The rungs on what was labelled" },
  days: { id: "days", link: "Days", title: "By day" },
  calibration: { id: "calibration", link: "Calibration", title: "Can its confidence be believed?" },
  pairs: { id: "pairs", link: "Differences", title: "Is the difference real?" },
  matrices: { id: "matrices", link: "Confusions", title: "What is taken for what" },
  drift: { id: "drift", link: "Drift", title: "Does what people draw change?" },
} as const;

interface FiguresProps {
  readonly statistics: Statistics;
  readonly models: readonly StyledModel[];
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** All figures; those that need labels say so where there are none. */
export function Figures({ statistics, models, url, changeUrl }: FiguresProps) {
  const { labelled, drawings, predictions, days, digits, comparisons, drift, bias } = statistics;
  const { drift_model: driftModel } = statistics;
  const figures = statistics.models;
  const plots = useMemo(
    () => ({
      days: daysPlot(days),
      accuracy: accuracyPlot(days, models),
      calibration: calibrationPlot(figures, models),
      digits: digitsPlot(digits, models),
      drift: driftPlot(drift, models.find(({ name }) => name === driftModel)?.title ?? null),
    }),
    [days, digits, drift, driftModel, figures, models],
  );
  const open = url.figures ?? [];
  const disclosure = (name: keyof typeof plots) => ({
    isOpen: open.includes(name),
    onOpen: (isOpen: boolean) => {
      const others = open.filter((other) => other !== name);
      const shown = isOpen ? [...others, name] : others;
      changeUrl({ figures: shown.length > 0 ? shown : null });
    },
  });
  const warnings = drift.filter(({ warning }) => warning !== null);
  const hasLabels = labelled > 0;
  const shownSections = Object.values(SECTIONS).filter(
    ({ id }) => hasLabels || id === "days" || id === "drift",
  );

  return (
    <>
      <dl className="mt-5 grid grid-cols-3 gap-4 sm:max-w-xl">
        <Total name="Drawings" value={drawings} />
        <Total name="Predictions" value={predictions} />
        <Total name="Labelled" value={labelled} />
      </dl>
      <div className="mt-4 mb-6 grid gap-4">
        {!hasLabels && (
          <Notice title="No drawing has a label yet">
            <p>
              How often a rung is right can only be told of drawings that someone has labelled: say
              after an answer whether it was right, or label drawings in the history.
            </p>
          </Notice>
        )}
        {bias.is_biased && bias.text !== null && (
          <Notice title="These labels are a biased sample" tone="warn">
            <p>{bias.text}</p>
          </Notice>
        )}
        {warnings.length > 0 && (
          <Notice title="Something has changed" tone="warn">
            <ul>
              {warnings.map(({ day, warning }) => (
                <li key={day}>
                  {dayText(day)}: {warning}
                </li>
              ))}
            </ul>
          </Notice>
        )}
      </div>
      <SectionLinks sections={shownSections} />
      {hasLabels && (
        <Section
          {...SECTIONS.rungs}
          about="Of the drawings that have a label, the share that a rung read right, with its 95% interval: the fewer the labels, the wider."
        >
          <FigureTableView
            title={SECTIONS.rungs.title}
            table={modelTable(statistics.models, models)}
          />
        </Section>
      )}
      <Section {...SECTIONS.days}>
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2 lg:gap-6">
          <PlotFigure plot={plots.days} {...disclosure("days")} />
          {hasLabels && <PlotFigure plot={plots.accuracy} {...disclosure("accuracy")} />}
        </div>
      </Section>
      {hasLabels && (
        <>
          <Section {...SECTIONS.calibration}>
            <ul className="mb-4 grid gap-x-8 gap-y-1 sm:grid-cols-2 xl:grid-cols-3">
              {models.map((model) => {
                const found = figuresOf(figures, model.name);
                const text = found && calibrationText(found);
                return (
                  text !== null && (
                    <li key={model.name} data-testid="calibration">
                      <span className="font-semibold">{model.title}</span>
                      <span className="block text-soft">{text}</span>
                    </li>
                  )
                );
              })}
            </ul>
            <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2 lg:gap-6">
              <PlotFigure plot={plots.calibration} {...disclosure("calibration")} />
              <PlotFigure plot={plots.digits} {...disclosure("digits")} />
            </div>
          </Section>
          <Section
            {...SECTIONS.pairs}
            about="Two rungs on the same labelled drawings: McNemar’s exact test, Holm-corrected for the number of pairs."
          >
            <Pairs pairs={comparisons} models={models} />
          </Section>
          <Section
            {...SECTIONS.matrices}
            about="Rows are the labels, columns what the rung read. All matrices share one colour scale, which leaves out the diagonal. Press a cell to see its drawings."
          >
            <ConfusionMatrices
              figures={figures}
              models={models}
              isMine={statistics.scope === "mine"}
              url={url}
              changeUrl={changeUrl}
            />
          </Section>
        </>
      )}
      <Section {...SECTIONS.drift}>
        <div className="grid grid-cols-1 lg:grid-cols-2">
          <PlotFigure plot={plots.drift} {...disclosure("drift")} />
        </div>
      </Section>
    </>
  );
}

function Total({ name, value }: { name: string; value: number }) {
  return (
    <div className="border-t border-line pt-2">
      <dt className="text-sm text-soft">{name}</dt>
      <dd data-testid={`total-${name.toLowerCase()}`} className="text-3xl font-semibold">
        {count(value)}
      </dd>
    </div>
  );
}
