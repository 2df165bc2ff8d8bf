import type { ChangeUrl, UrlState } from "../shared/lib/urlState";
import { StateLink } from "../shared/ui/StateLink";
import { VIEWS, type View } from "./views";

interface ViewLinksProps {
  readonly views: readonly View[];
  readonly view: View;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** The pages; a plain click keeps the drawing. */
export function ViewLinks({ views, view, url, changeUrl }: ViewLinksProps) {
  return (
    <nav aria-label="Pages" className="-mx-1.5 flex flex-wrap">
      {views.map((name) => (
        <StateLink
          key={name}
          url={url}
          // only the drawing page has a field: it names the digit on it, whatever the link said
          change={{
            view: name === "draw" ? null : name,
            digit: name === view ? url.digit : null,
          }}
          changeUrl={changeUrl}
          aria-current={name === view ? "page" : undefined}
          className="inline-flex min-h-11 min-w-11 items-center justify-center rounded-xl px-0.5 text-sm font-medium text-soft transition-colors hover:text-ink aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-accent aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8 min-[360px]:px-1.5 md:px-2.5 md:text-[0.9375rem]"
        >
          {VIEWS[name].link}
        </StateLink>
      ))}
    </nav>
  );
}
