import { writeUrl, type UrlState } from "../shared/lib/urlState";
import { VIEWS, type View } from "./views";

interface ViewLinksProps {
  readonly view: View;
  readonly url: UrlState;
  readonly onChoose: (change: Partial<UrlState>) => void;
}

/** Real links, which can be copied and opened in a new tab; a plain click keeps the drawing. */
export function ViewLinks({ view, url, onChoose }: ViewLinksProps) {
  return (
    <nav aria-label="Pages" className="flex">
      {(Object.keys(VIEWS) as View[]).map((name) => {
        const change = { view: name === "draw" ? null : name };
        return (
          <a
            key={name}
            href={`./${writeUrl({ ...url, ...change }, window.location.search)}`}
            aria-current={name === view ? "page" : undefined}
            className="inline-flex min-h-11 min-w-11 items-center justify-center rounded-xl px-1.5 text-[0.9375rem] font-medium text-soft transition-colors hover:text-ink aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-accent aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8 sm:px-3"
            onClick={(event) => {
              const opensElsewhere =
                event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
              if (opensElsewhere || event.button !== 0) return;
              event.preventDefault();
              onChoose(change);
              window.scrollTo({ top: 0, behavior: "instant" });
            }}
          >
            {VIEWS[name].link}
          </a>
        );
      })}
    </nav>
  );
}
