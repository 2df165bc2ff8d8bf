import { useMemo } from "react";
import type { ReportSummary } from "../../shared/api/types";
import { useDigitSheet } from "../../features/testDigits/useTestDigit";
import { Notice } from "../../shared/ui/Notice";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { areDigits, classNoun, noun } from "../../shared/lib/classes";
import { beyondTable } from "./beyondMnist";
import { ContactSheets } from "./ContactSheets";
import { chooseComparison } from "./choice";
import { DefaultReason } from "../../features/models/DefaultReason";
import { FigureTableView } from "../../features/figures/FigureTableView";
import { canvasText, furtherTable } from "./furtherFigures";
import { Galleries } from "./Galleries";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { Matrices } from "./Matrices";
import type { Reported } from "./comparedModels";
import { OwnPictures } from "./OwnPictures";
import { Plots } from "./Plots";
import { corruptions } from "./reportPlots";
import { ModelChips } from "./ModelChips";
import { comparedModels, type ComparedModel } from "./comparedModels";
import { ColumnMeanings, ModelTable } from "./ModelTable";
import { Term } from "../../features/glossary/Term";
import { Section, SectionLinks } from "../../shared/ui/Section";
import { pressed, sortingText, writeSorting } from "./sorting";
import { SaveTable } from "./SaveTable";
import { SECTIONS } from "./sections";
import { Steps } from "./Steps";
import { useLanding } from "./useLanding";
import { useReturnFocus } from "./useReturnFocus";
import { useComparison, useSummaries, useWholeReports } from "./useReports";

export interface ComparePageProps {
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** The models side by side: their figures, whether differences are real, and the digits behind them. */
export function ComparePage(props: ComparePageProps) {
  const summaries = useSummaries();
  return (
    <main data-phase={summaries.phase} data-testid="compare">
      {summaries.phase === "loaded" ? (
        <Comparison {...props} summaries={summaries.value} />
      ) : (
        <LoadNotice loaded={summaries} title="The reports could not be loaded" />
      )}
    </main>
  );
}

interface ComparisonProps extends ComparePageProps {
  readonly summaries: readonly ReportSummary[];
}

function Comparison({ url, changeUrl, summaries }: ComparisonProps) {
  const names = useMemo(() => summaries.map(({ name }) => name), [summaries]);
  const reports = useWholeReports(names);
  const sheet = useDigitSheet();
  const models = useMemo(() => comparedModels(summaries), [summaries]);
  const choice = useMemo(() => chooseComparison(url, models), [url, models]);
  const { shown, sorting, cell, a, b } = choice;
  const comparison = useComparison(a?.name, b?.name);

  const reportOf = (model: ComparedModel) => reports[names.indexOf(model.name)] ?? null;
  const shownNames = shown.map(({ name }) => name).join(" ");
  // the plots are drawn once all reports are loaded or failed, and not again for each of them
  const isWaiting = reports.some(({ phase }) => phase === "pending");
  const isComplete = !isWaiting && sheet.phase !== "pending" && comparison?.phase !== "pending";
  useLanding(isComplete);
  useReturnFocus(isComplete);
  const reported = useMemo(
    () =>
      models.flatMap((model, i): Reported[] => {
        const report = reports[i];
        const isShown = shownNames.split(" ").includes(model.name);
        return !isWaiting && isShown && report?.phase === "loaded"
          ? [{ model, report: report.value }]
          : [];
      }),
    [models, reports, shownNames, isWaiting],
  );
  const augmented = reported.filter(({ report }) => report.contact_sheet !== null);
  const failed = shown.filter((model) => reportOf(model)?.phase === "failed");

  const known = corruptions(reported);
  const corruption = known.find(({ name }) => name === url.plot) ?? known[0];
  const complaints =
    url.plot === null || known.length === 0 || corruption?.name === url.plot
      ? choice.complaints
      : [...choice.complaints, `There is no robustness plot of “${url.plot}”.`];

  const toggle = (model: ComparedModel) => {
    const next = shown.includes(model)
      ? shown.filter((other) => other !== model)
      : models.filter((other) => other === model || shown.includes(other));
    changeUrl({ models: next.length === models.length ? null : next.map(({ name }) => name) });
  };

  return (
    <>
      {complaints.length > 0 && (
        <div className="mb-6">
          <Notice title="This link names something that does not exist" tone="warn">
            {complaints.map((complaint) => (
              <p key={complaint}>{complaint}</p>
            ))}
            <p>The defaults are shown instead.</p>
          </Notice>
        </div>
      )}
      <SectionLinks
        sections={Object.values(SECTIONS).filter(
          (section) => areDigits() || section !== SECTIONS.beyond,
        )}
      />
      <Section
        {...SECTIONS.table}
        about={`On ${areDigits() ? "MNIST’s test digits" : "the test pictures"}; the best of each column is bold. Click a heading to sort, tick a rung to show it in the plots below.`}
      >
        <ModelTable
          models={models}
          shown={shown}
          sorting={sorting}
          onSort={(key) => {
            changeUrl({ sort: writeSorting(pressed(sorting, key)) });
          }}
          onToggle={toggle}
        />
        <DefaultReason />
        <SaveTable models={models} />
        <ColumnMeanings />
      </Section>
      <Section
        {...SECTIONS.steps}
        about={`Each rung against the one below it, on the same ${noun(2)}: McNemar’s exact test, Holm-corrected for the number of steps. It tells two trainings apart, no more: other seeds give other figures, whose range is in the table.`}
      >
        <Steps models={models} />
      </Section>
      {reported.some(({ report }) => report.beyond_mnist) && (
        <Section
          {...SECTIONS.beyond}
          about="How often a rung is confident that two test digits side by side, or a letter or symbol that nobody writes as a digit, are one digit; and how often the service still calls it sure, once the gate has looked. Numbers and pictures are people’s: right is where every digit is, or where no digit is found in a picture of none."
        >
          <FigureTableView title="Beyond MNIST" table={beyondTable(reported)} />
        </Section>
      )}
      {reported.length > 0 && (
        <Section
          {...SECTIONS.further}
          about={[
            `Right or next: the ${classNoun()} is one of the two likeliest. Before → after: at temperature 1, and at the one that was fitted on ${areDigits() ? "validation digits redrawn as people draw" : "the validation pictures"}.`,
            canvasText(reported) ?? "",
          ].join(" ")}
        >
          <FigureTableView title="Further figures" table={furtherTable(reported)} />
        </Section>
      )}
      <Section
        {...SECTIONS.plots}
        about={
          <>
            Whether a rung’s certainty can be believed is a matter of{" "}
            <Term name="calibration">calibration</Term>. What{" "}
            <Term name="augmentation">augmentation</Term> buys is seen best where {noun(2)} are
            disturbed.
          </>
        }
      >
        <ModelChips models={models} shown={shown} onToggle={toggle} />
        {failed.map((model) => (
          <div key={model.name} className="mt-3">
            <LoadNotice
              loaded={reportOf(model) ?? { phase: "pending" }}
              title={`The report of ${model.title} could not be loaded`}
            />
          </div>
        ))}
        <div className="mt-3">
          {shown.length === 0 ? (
            <Notice title="No rung is chosen">
              <p>Tick a rung above to show its curves here.</p>
            </Notice>
          ) : reported.length === 0 ? (
            isWaiting && <p className="text-soft">Loading the figures…</p>
          ) : (
            <Plots
              choice={choice}
              reported={reported}
              corruption={corruption?.name ?? ""}
              changeUrl={changeUrl}
            />
          )}
        </div>
      </Section>
      {reported.length > 0 && (
        <Section
          {...SECTIONS.matrices}
          about={`Rows are the true ${classNoun(2)}, columns what the rung reads. All matrices share one colour scale, which leaves out the diagonal. Click a cell to see its ${noun(2)}, and a ${noun()} to open it on the Draw page.`}
        >
          {sheet.phase === "failed" && (
            <div className="mb-4">
              <LoadNotice
                loaded={sheet}
                title={`The pictures of the ${classNoun(2)} could not be loaded`}
              />
            </div>
          )}
          <Matrices
            reported={reported}
            cell={cell}
            sheet={sheet.phase === "loaded" ? sheet.value : null}
            url={url}
            changeUrl={changeUrl}
          />
        </Section>
      )}
      {a && b && comparison && (
        <Section
          {...SECTIONS.galleries}
          about={`The ${noun(2)} on which two rungs differ. Click one to open it on the Draw page.`}
        >
          <Galleries
            models={models}
            a={a}
            b={b}
            comparison={comparison}
            sheet={sheet}
            url={url}
            changeUrl={changeUrl}
          />
        </Section>
      )}
      {augmented.length > 0 && (
        <Section
          {...SECTIONS.augmentation}
          about={`Some rungs learnt from ${noun(2)} that were changed anew in every epoch: every transform, one a row.`}
        >
          <ContactSheets reported={augmented} />
        </Section>
      )}
      <Section
        {...SECTIONS.own}
        about={`Which of these to use for your ${noun(2)}? Drop a ZIP file of labelled pictures anywhere on this page: every rung reads them in this browser, and nothing is sent.`}
      >
        <OwnPictures models={models} />
      </Section>
      <p role="status" className="sr-only">
        The table is sorted {sortingText(sorting)}.
      </p>
    </>
  );
}
