import { useMemo } from "react";
import type { ReportSummary } from "../../shared/api/types";
import { Notice } from "../../shared/ui/Notice";
import type { UrlState } from "../../shared/lib/urlState";
import { chooseComparison } from "./choice";
import { Galleries } from "./Galleries";
import { LoadNotice } from "./LoadNotice";
import { Matrices } from "./Matrices";
import type { Reported } from "./plot";
import { Plots } from "./Plots";
import { corruptions } from "./reportPlots";
import { RungChips } from "./ModelChips";
import { comparedRungs, type ComparedRung } from "./comparedModels";
import { ColumnMeanings, RungTable } from "./ModelTable";
import { Section, SectionLinks } from "./Section";
import { pressed, sortingWords, writeSorting } from "./sorting";
import { Steps } from "./Steps";
import { useLanding } from "./useLanding";
import { useComparison, useSheet, useSummaries, useWholeReports } from "./useReports";

export interface ComparePageProps {
  readonly url: UrlState;
  readonly changeUrl: (change: Partial<UrlState>) => void;
}

/** Which rung to use, whether the difference is real, and the digits behind every figure. */
export function ComparePage(props: ComparePageProps) {
  const summaries = useSummaries();
  return (
    <main data-phase={summaries.phase} data-testid="compare">
      {summaries.phase === "here" ? (
        <Comparison {...props} summaries={summaries.value} />
      ) : (
        <LoadNotice loaded={summaries} title="The reports did not come" />
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
  const sheet = useSheet();
  const rungs = useMemo(() => comparedRungs(summaries), [summaries]);
  const choice = useMemo(() => chooseComparison(url, rungs), [url, rungs]);
  const { shown, sorting, cell, a, b } = choice;
  const comparison = useComparison(a?.name, b?.name);

  const reportOf = (rung: ComparedRung) => reports[names.indexOf(rung.name)] ?? null;
  const shownNames = shown.map(({ name }) => name).join(" ");
  // the plots are drawn once all reports came or failed, not again for each of them
  const isWaiting = reports.some(({ phase }) => phase === "waiting");
  useLanding(!isWaiting && sheet.phase !== "waiting" && comparison?.phase !== "waiting");
  const reported = useMemo(
    () =>
      rungs.flatMap((rung, i): Reported[] => {
        const report = reports[i];
        const isShown = shownNames.split(" ").includes(rung.name);
        return !isWaiting && isShown && report?.phase === "here"
          ? [{ rung, report: report.value }]
          : [];
      }),
    [rungs, reports, shownNames, isWaiting],
  );
  const absent = shown.filter((rung) => reportOf(rung)?.phase === "failed");

  const known = corruptions(reported);
  const corruption = known.find(({ name }) => name === url.plot) ?? known[0];
  const complaints =
    url.plot === null || known.length === 0 || corruption?.name === url.plot
      ? choice.complaints
      : [...choice.complaints, `There is no robustness plot of “${url.plot}”.`];

  const toggle = (rung: ComparedRung) => {
    const next = shown.includes(rung)
      ? shown.filter((other) => other !== rung)
      : rungs.filter((other) => other === rung || shown.includes(other));
    changeUrl({ rungs: next.length === rungs.length ? null : next.map(({ name }) => name) });
  };

  return (
    <>
      {complaints.length > 0 && (
        <div className="mb-6">
          <Notice title="This link asks for something that is not here" tone="warn">
            {complaints.map((complaint) => (
              <p key={complaint}>{complaint}</p>
            ))}
            <p>The page shows the usual instead.</p>
          </Notice>
        </div>
      )}
      <SectionLinks />
      <Section
        name="table"
        about="On MNIST’s test digits; the best of each column is bold. A press on a heading sorts, a tick puts a rung into the plots below."
      >
        <RungTable
          rungs={rungs}
          shown={shown}
          sorting={sorting}
          onSort={(key) => {
            changeUrl({ sort: writeSorting(pressed(sorting, key)) });
          }}
          onToggle={toggle}
        />
        <ColumnMeanings />
      </Section>
      <Section
        name="steps"
        about="Each rung against the one below it, on the same digits: McNemar’s exact test, Holm-corrected for the number of steps."
      >
        <Steps rungs={rungs} />
      </Section>
      <Section name="plots">
        <RungChips rungs={rungs} shown={shown} onToggle={toggle} />
        {absent.map((rung) => (
          <div key={rung.name} className="mt-3">
            <LoadNotice
              loaded={reportOf(rung) ?? { phase: "waiting" }}
              title={`The report of ${rung.title} did not come`}
            />
          </div>
        ))}
        <div className="mt-3">
          {shown.length === 0 ? (
            <Notice title="No rung is chosen">
              <p>Tick a rung above, and its curves appear here.</p>
            </Notice>
          ) : reported.length === 0 ? (
            isWaiting && <p className="text-soft">The figures are on their way…</p>
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
          name="matrices"
          about="Rows are what a digit is, columns what the rung reads. One colour scale for all: the right ones, on the diagonal, have no part in it. A press on a cell shows its digits."
        >
          {sheet.phase === "failed" && (
            <div className="mb-4">
              <LoadNotice loaded={sheet} title="The pictures of the digits did not come" />
            </div>
          )}
          <Matrices
            reported={reported}
            cell={cell}
            sheet={sheet.phase === "here" ? sheet.value : null}
            changeUrl={changeUrl}
          />
        </Section>
      )}
      {a && b && comparison && (
        <Section name="galleries" about="The digits that make the difference between two.">
          <Galleries
            rungs={rungs}
            a={a}
            b={b}
            comparison={comparison}
            sheet={sheet}
            changeUrl={changeUrl}
          />
        </Section>
      )}
      <p role="status" className="sr-only">
        The table stands {sortingWords(sorting)}.
      </p>
    </>
  );
}
