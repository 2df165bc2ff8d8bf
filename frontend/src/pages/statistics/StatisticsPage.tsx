import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { chooseFilters } from "../../features/keptDrawings/filters";
import { KeptNotice } from "../../features/keptDrawings/KeptNotice";
import { useModels } from "../../features/models/useModels";
import { styledModels } from "../../features/models/styledModels";
import { useRole } from "../../features/session/useRole";
import { failureText } from "../../shared/api/failureText";
import { toFailed, toLoaded } from "../../shared/api/loaded";
import { noun } from "../../shared/lib/classes";
import type { PageProps } from "../../shared/lib/pageProps";
import { DayRange } from "../../shared/ui/DayRange";
import { Notice } from "../../shared/ui/Notice";
import { Picker } from "../../shared/ui/Picker";
import { Figures } from "./Figures";
import { pollMs, statisticsQuery } from "./statistics";

const SCOPES = [
  { name: "mine", title: "My drawings" },
  { name: "all", title: "Everybody’s" },
];
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** How well the rungs read what people draw here, by the labels that they gave. */
export function StatisticsPage({ url, changeUrl }: PageProps) {
  const served = useModels().models;
  const { since, until } = chooseFilters(url).filters;
  const role = useRole();
  const isReviewer = role === "reviewer" || role === "admin";
  const scope = url.scope === "all" ? "all" : "mine";
  const query = useQuery({
    ...statisticsQuery({ scope, since, until }),
    placeholderData: keepPreviousData,
  });
  const loaded = toLoaded(query);
  const failed = query.data ? toFailed(query) : null;
  const asOf = TIME.format(query.dataUpdatedAt);

  return (
    <main data-testid="statistics" data-phase={loaded.phase} aria-busy={query.isPlaceholderData}>
      <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
        <h2 className="grow text-2xl leading-tight font-semibold">How well it reads you</h2>
        {isReviewer && (
          <Picker
            legend="Whose drawings"
            options={SCOPES}
            chosen={scope}
            onChoose={(name) => {
              changeUrl({ scope: name === "mine" ? null : name });
            }}
          />
        )}
        <div className="grid basis-full grid-cols-2 gap-3 sm:basis-auto">
          <DayRange since={since} until={until} onChange={changeUrl} />
        </div>
      </div>
      {loaded.phase !== "loaded" ? (
        <div className="mt-5">
          <KeptNotice loaded={loaded} title="The statistics could not be loaded" what="figures" />
        </div>
      ) : (
        <>
          <p data-testid="as-of" className={`mt-1 text-sm ${failed ? "text-warn" : "text-soft"}`}>
            {failed
              ? `As of ${asOf}. ${failureText(failed.failure, failed.retryInMs, "figures").title}.`
              : query.isPlaceholderData
                ? "Loading the figures of this choice; below are those of the last one…"
                : `Live: brought up to date every ${Math.round(pollMs(loaded.value) / 1000)} seconds, last at ${asOf}.`}
          </p>
          {loaded.value.predictions === 0 ? (
            <div className="mt-5">
              <Notice
                title="There is nothing to count yet"
                action={{
                  label: `Draw a ${noun()}`,
                  onPress: () => {
                    changeUrl({ view: null });
                  },
                }}
              >
                <p>
                  {since === null && until === null
                    ? `Draw some ${noun(2)} and say whether they were read right.`
                    : "Nothing was drawn in these days."}
                </p>
              </Notice>
            </div>
          ) : (
            <Figures
              statistics={loaded.value}
              models={styledModels(
                served,
                loaded.value.models.map(({ model }) => model),
              )}
              url={url}
              changeUrl={changeUrl}
            />
          )}
        </>
      )}
    </main>
  );
}
