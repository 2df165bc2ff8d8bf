import { useQuery } from "@tanstack/react-query";
import { KeptNotice } from "../../features/keptDrawings/KeptNotice";
import { OnlyFor } from "../../features/session/OnlyFor";
import { toLoaded } from "../../shared/api/loaded";
import type { PageProps } from "../../shared/lib/pageProps";
import type { ChangeUrl } from "../../shared/lib/urlState";
import { Notice } from "../../shared/ui/Notice";
import { Picker } from "../../shared/ui/Picker";
import { reviewQuery, STATES, type ReviewList, type ReviewState } from "./review";
import { ReviewBoard } from "./ReviewBoard";

/** Where reviewers decide whether labels are right; only what they settled trains a network. */
export function ReviewPage({ url, changeUrl }: PageProps) {
  const state = STATES.find((known) => known === url.state) ?? "open";
  return (
    <main data-testid="review">
      <h2 className="text-2xl leading-tight font-semibold">Are these labels right?</h2>
      <p className="mt-1 mb-4 max-w-[70ch] text-soft">
        Only drawings that reviewers have settled train a network. Those that teach most come first.
      </p>
      <OnlyFor
        roles={["reviewer", "admin"]}
        title="Only reviewers see this page"
        changeUrl={changeUrl}
      >
        {(name) => <Queue key={state} state={state} name={name} changeUrl={changeUrl} />}
      </OnlyFor>
    </main>
  );
}

interface QueueProps {
  readonly state: ReviewState;
  /** Of the reviewer. */
  readonly name: string;
  readonly changeUrl: ChangeUrl;
}

function Queue({ state, name, changeUrl }: QueueProps) {
  const query = useQuery(reviewQuery(state));
  const loaded = toLoaded(query);
  const list = loaded.phase === "loaded" ? loaded.value : null;
  return (
    <>
      <Picker
        legend="Which drawings"
        options={STATES.map((name) => ({ name, title: stateTitle(name, list) }))}
        chosen={state}
        onChoose={(name) => {
          changeUrl({ state: name === "open" ? null : name });
        }}
      />
      <div className="mt-4">
        {loaded.phase !== "loaded" ? (
          <KeptNotice loaded={loaded} title="The drawings could not be loaded" />
        ) : loaded.value.items.length === 0 ? (
          <Notice
            title={EMPTY[state]}
            action={{ label: "Look again", onPress: () => void query.refetch() }}
          />
        ) : (
          <ReviewBoard
            // a list that was loaded anew starts at its first drawing
            key={loaded.value.items[0]?.id}
            list={loaded.value}
            state={state}
            name={name}
            isLoading={query.isFetching}
            onMore={() => void query.refetch()}
          />
        )}
      </div>
    </>
  );
}

const EMPTY: Readonly<Record<ReviewState, string>> = {
  open: "Every labelled drawing is reviewed",
  conflict: "The reviewers agree on all drawings",
  decided: "Nothing is decided yet",
};

function stateTitle(state: ReviewState, list: ReviewList | null): string {
  switch (state) {
    case "open":
      return `Open${list ? ` (${list.open})` : ""}`;
    case "conflict":
      return `Conflicts${list ? ` (${list.conflicts})` : ""}`;
    case "decided":
      return `Decided${list ? ` (${list.decided})` : ""}`;
  }
}
