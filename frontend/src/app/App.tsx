import { useEffect } from "react";
import { DrawPage } from "../pages/draw/DrawPage";
import { useDrawing } from "../features/drawing/useDrawing";
import { useModels } from "../features/models/useModels";
import { Notice } from "../shared/ui/Notice";
import { usePrediction } from "../features/prediction/usePrediction";
import { useSession } from "../features/session/useSession";
import {
  AccountPage,
  AdminPage,
  ComparePage,
  HistoryPage,
  ReviewPage,
  StatisticsPage,
} from "./pages";
import { ThemeToggle } from "./ThemeToggle";
import { useUrlState } from "./useUrlState";
import { ViewLinks } from "./ViewLinks";
import { chooseView, linkedViews, VIEWS, type View } from "./views";

const PAGES = {
  compare: ComparePage,
  history: HistoryPage,
  statistics: StatisticsPage,
  account: AccountPage,
  review: ReviewPage,
  admin: AdminPage,
} satisfies Record<Exclude<View, "draw">, unknown>;

/** The layout around the views. It holds the drawing, which a change of view must not lose. */
export function App() {
  const [url, changeUrl] = useUrlState();
  const list = useModels();
  const drawingState = useDrawing();
  const prediction = usePrediction(drawingState);
  const { view, unknown } = chooseView(url.view);
  const { documentTitle, tagline } = VIEWS[view];
  const session = useSession();
  const role = session.phase === "loaded" ? (session.value.account?.role ?? null) : null;
  const Page = view === "draw" ? null : PAGES[view];

  useEffect(() => {
    document.title = documentTitle;
  }, [documentTitle]);

  return (
    <div className="mx-auto max-w-[90rem] px-4 pb-12 sm:px-8">
      {/* on a phone the links have a row of their own below the title */}
      <header className="flex flex-wrap items-center gap-x-1 py-1 md:flex-nowrap md:gap-4 md:py-6">
        <div className="flex grow items-center gap-3">
          <Logo />
          <h1 className="text-[1.0625rem] font-bold tracking-tight whitespace-nowrap sm:text-xl">
            Digit Ladder
          </h1>
          <p className="ml-2 hidden text-soft xl:block">{tagline}</p>
        </div>
        <div className="order-last basis-full md:order-none md:basis-auto">
          <ViewLinks views={linkedViews(role)} view={view} url={url} changeUrl={changeUrl} />
        </div>
        <ThemeToggle />
      </header>
      {unknown !== null && (
        <div className="mb-6">
          <Notice title={`There is no page “${unknown}”`} tone="warn">
            <p>The drawing page is shown instead. The links above lead to all pages.</p>
          </Notice>
        </div>
      )}
      {Page === null ? (
        <DrawPage
          url={url}
          changeUrl={changeUrl}
          list={list}
          drawingState={drawingState}
          prediction={prediction}
        />
      ) : (
        <Page url={url} changeUrl={changeUrl} />
      )}
      <footer className="mt-10 flex flex-wrap items-center justify-between gap-x-6 border-t border-line pt-2 text-sm text-soft">
        <p className="py-2">
          {view === "draw"
            ? "Ctrl+Z undoes, Escape clears, Enter predicts."
            : "Every view is a link: copy the address to share what you see."}
        </p>
        <a
          href="docs"
          className="inline-flex min-h-11 items-center underline underline-offset-4 hover:text-ink"
        >
          Use the API from your own program
        </a>
      </footer>
    </div>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 20 28" className="hidden h-7 w-5 text-accent sm:block" aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round">
        <path d="M4 2v24M16 2v24" opacity="0.5" />
        <path d="M4 21h12M4 14h12M4 7h12" />
      </g>
    </svg>
  );
}
