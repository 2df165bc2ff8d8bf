import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  chooseFilters,
  filterText,
  isFiltered,
  NO_FILTERS,
} from "../../features/keptDrawings/filters";
import { keptDrawingsQuery } from "../../features/keptDrawings/keptDrawings";
import { KeptNotice } from "../../features/keptDrawings/KeptNotice";
import { styledModels } from "../../features/models/styledModels";
import { useModels } from "../../features/models/useModels";
import { toFailed, toLoaded } from "../../shared/api/loaded";
import { noun } from "../../shared/lib/classes";
import type { PageProps } from "../../shared/lib/pageProps";
import type { ChangeUrl } from "../../shared/lib/urlState";
import { Notice } from "../../shared/ui/Notice";
import { DrawingList } from "./DrawingList";
import { FilterBar } from "./FilterBar";

/** What the visitor has drawn, newest first, with every rung's answer. */
export function HistoryPage({ url, changeUrl }: PageProps) {
  const served = useModels().models;
  const { filters, complaints } = useMemo(() => chooseFilters(url), [url]);
  const query = useInfiniteQuery(keptDrawingsQuery(filters));
  const loaded = toLoaded(query);
  const drawings = useMemo(
    () => query.data?.pages.flatMap(({ items }) => items) ?? [],
    [query.data],
  );
  const models = useMemo(
    () =>
      styledModels(
        served,
        drawings.flatMap(({ results }) => results.map(({ model }) => model)),
      ),
    [served, drawings],
  );
  const titleOf = (name: string) => served?.find((model) => model.name === name)?.title ?? name;
  const failedMore = query.data ? toFailed(query) : null;

  return (
    <main data-testid="history" data-phase={loaded.phase}>
      {complaints.length > 0 && (
        <div className="mb-6">
          <Notice title="This link asks for something that does not exist" tone="warn">
            {complaints.map((complaint) => (
              <p key={complaint}>{complaint}</p>
            ))}
            <p>It is left out.</p>
          </Notice>
        </div>
      )}
      <h2 className="mb-3 text-2xl leading-tight font-semibold">Your drawings</h2>
      <FilterBar filters={filters} served={served ?? []} shown={drawings} changeUrl={changeUrl} />
      <div className="mt-5">
        {loaded.phase !== "loaded" ? (
          <KeptNotice loaded={loaded} title="Your drawings could not be loaded" />
        ) : drawings.length === 0 ? (
          <NothingDrawn
            what={isFiltered(filters) ? filterText(filters, titleOf) : null}
            changeUrl={changeUrl}
          />
        ) : (
          <DrawingList drawings={drawings} models={models} url={url} changeUrl={changeUrl} />
        )}
      </div>
      {failedMore && (
        <div className="mt-4">
          <KeptNotice loaded={failedMore} title="The list could not be brought up to date" />
        </div>
      )}
      {query.hasNextPage && !failedMore && (
        <button
          type="button"
          className="button mt-6"
          aria-disabled={query.isFetchingNextPage}
          onClick={() => {
            if (!query.isFetchingNextPage) void query.fetchNextPage();
          }}
        >
          {query.isFetchingNextPage ? "Loading…" : "Load more"}
        </button>
      )}
      <p role="status" className="sr-only">
        {loaded.phase === "loaded" &&
          `${drawings.length}${query.hasNextPage ? " or more" : ""} drawings`}
      </p>
    </main>
  );
}

interface NothingDrawnProps {
  /** The filters in words; null where there are none. */
  readonly what: string | null;
  readonly changeUrl: ChangeUrl;
}

function NothingDrawn({ what, changeUrl }: NothingDrawnProps) {
  if (what !== null) {
    return (
      <Notice
        title="No drawing is like that"
        action={{
          label: "Show all of them",
          onPress: () => {
            changeUrl(NO_FILTERS);
          },
        }}
      >
        <p>You asked for drawings {what}.</p>
      </Notice>
    );
  }
  return (
    <Notice
      title="Nothing is kept yet"
      action={{
        label: `Draw a ${noun()}`,
        onPress: () => {
          changeUrl({ view: null });
        },
      }}
    >
      <p>What you draw appears here, unless “do not keep” is switched on. Only you can see it.</p>
    </Notice>
  );
}
