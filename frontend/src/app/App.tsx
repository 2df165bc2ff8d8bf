import type { FieldPageProps } from "../features/prediction/fieldPageProps";
import { useCallback, useEffect } from "react";
import { DrawPage } from "../pages/draw/DrawPage";
import { useDrawing } from "../features/drawing/useDrawing";
import { usePictureIntake } from "../features/drawing/usePictureIntake";
import { isArchive } from "../features/ownPictures/isArchive";
import { useModels } from "../features/models/useModels";
import { isStaticSite } from "../shared/api/staticSite";
import { useNoteRecents } from "../features/recents/useRecents";
import { Embedded } from "./Embedded";
import { DrawingLinkNotice } from "../features/share/DrawingLinkNotice";
import { strokesAtStart, useDrawingLink } from "../features/share/useDrawingLink";
import { Notice } from "../shared/ui/Notice";
import { usePrediction } from "../features/prediction/usePrediction";
import { useSession } from "../features/session/useSession";
import {
  AccountPage,
  AdminPage,
  ComparePage,
  GlossaryPage,
  HistoryPage,
  InsidePage,
  NudgePage,
  ReviewPage,
  StatisticsPage,
} from "./pages";
import { NewVersion } from "./NewVersion";
import { ThemeToggle } from "./ThemeToggle";
import { useClassNames } from "../shared/lib/classes";
import { useUrlState } from "../shared/lib/useUrlState";
import { ViewLinks } from "./ViewLinks";
import { chooseView, linkedViews, SERVICE_VIEWS, VIEWS, type View } from "./views";

/** The pages on which the drawing is. */
const FIELD_PAGES = { draw: DrawPage, inside: InsidePage, nudge: NudgePage };

const PAGES = {
  compare: ComparePage,
  glossary: GlossaryPage,
  history: HistoryPage,
  statistics: StatisticsPage,
  account: AccountPage,
  review: ReviewPage,
  admin: AdminPage,
} satisfies Record<Exclude<View, keyof typeof FIELD_PAGES>, unknown>;

/** The layout around the views. It holds the drawing, which a change of view must not lose. */
export function App() {
  const [url, changeUrl] = useUrlState();
  const list = useModels();
  const drawingState = useDrawing(strokesAtStart);
  const drawingLink = useDrawingLink(drawingState);
  const prediction = usePrediction(drawingState);
  useNoteRecents(drawingState.drawing, prediction.state);
  const { view, unknown } = chooseView(url.view);
  const { documentTitle, tagline } = VIEWS[view];
  const session = useSession();
  const role = session.phase === "loaded" ? (session.value.account?.role ?? null) : null;
  const isStatic = isStaticSite();
  const { openPicture } = drawingState;
  const pictureIsOver = usePictureIntake(
    useCallback(
      (file: File | null, name: string) => {
        // Compare takes archives itself
        if (view === "compare" && file && isArchive(file)) return;
        if (view !== "draw") changeUrl({ view: null, digit: null, drawing: null });
        openPicture(file, name);
      },
      [view, changeUrl, openPicture],
    ),
  );

  useEffect(() => {
    document.title = documentTitle;
  }, [documentTitle]);

  const page = (
    <ViewedPage
      view={view}
      url={url}
      changeUrl={changeUrl}
      list={list}
      drawingState={drawingState}
      pictureIsOver={pictureIsOver}
      prediction={prediction}
    />
  );
  if (url.embed === "1") {
    return (
      <Embedded url={url}>
        <DrawingLinkNotice linked={drawingLink} />
        {page}
      </Embedded>
    );
  }

  return (
    <div className="mx-auto max-w-[90rem] px-3 pb-12 tablet:px-6 xl:px-8">
      <header className="relative flex h-11 items-center gap-1 tablet:mb-1 tablet:h-14 wide:gap-4">
        <div className="flex grow items-center gap-2.5">
          <Logo />
          <h1 className="text-[1.0625rem] font-bold tracking-tight whitespace-nowrap tablet:text-xl">
            Digit Ladder
          </h1>
          <p className="ml-2 hidden text-soft xl:block">{tagline}</p>
        </div>
        <ViewLinks
          views={linkedViews(role, isStatic)}
          view={view}
          url={url}
          changeUrl={changeUrl}
        />
        <ThemeToggle />
      </header>
      {isStatic && <NewVersion />}
      {unknown !== null && (
        <div className="mb-6">
          <Notice title={`There is no page “${unknown}”`} tone="warn">
            <p>The drawing page is shown instead. The links above lead to all pages.</p>
          </Notice>
        </div>
      )}
      <DrawingLinkNotice linked={drawingLink} />
      {page}
      {view !== "draw" && pictureIsOver && <DropSign />}
      <footer className="mt-10 flex flex-wrap items-center justify-between gap-x-6 border-t border-line pt-2 text-sm text-soft">
        {view === "draw" ? (
          // a phone has no such keys
          <p className="hidden py-2 any-pointer-fine:block">Ctrl+Z undoes, Escape clears.</p>
        ) : (
          <p className="py-2">Every view is a link: copy the address to share what you see.</p>
        )}
        {!isStatic && (
          <a
            href="docs"
            className="inline-flex min-h-11 items-center underline underline-offset-4 hover:text-ink"
          >
            Use the API from your own program
          </a>
        )}
      </footer>
    </div>
  );
}

interface ViewedPageProps extends FieldPageProps {
  readonly view: View;
}

function ViewedPage({ view, ...props }: ViewedPageProps) {
  const classNames = useClassNames();
  if (view === "draw" || view === "inside" || view === "nudge") {
    const FieldPage = FIELD_PAGES[view];
    return <FieldPage {...props} />;
  }
  if (isStaticSite() && SERVICE_VIEWS.has(view)) {
    return (
      <Notice title={`${VIEWS[view].link} takes the service`}>
        <p>
          This page was published as files, with no service behind it: nothing that you draw is sent
          or kept.
        </p>
      </Notice>
    );
  }
  const Page = PAGES[view];
  // what is worked out once, such as a plot, is of these classes
  return <Page key={classNames.join("\n")} url={props.url} changeUrl={props.changeUrl} />;
}

/** Over every page but Draw, whose field says it itself. */
function DropSign() {
  return (
    <p className="pointer-events-none fixed inset-3 z-20 grid place-items-center rounded-3xl border-3 border-dashed border-accent bg-paper/85 p-6 text-center text-2xl font-semibold">
      Drop the picture: it opens on the Draw page
    </p>
  );
}

function Logo() {
  return (
    <svg
      viewBox="0 0 20 28"
      className="h-6 w-4.5 shrink-0 text-accent tablet:h-7 tablet:w-5"
      aria-hidden="true"
    >
      <g fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round">
        <path d="M4 2v24M16 2v24" opacity="0.5" />
        <path d="M4 21h12M4 14h12M4 7h12" />
      </g>
    </svg>
  );
}
