import { useId, useRef, useState } from "react";
import type { ChangeUrl, UrlState } from "../shared/lib/urlState";
import { StateLink } from "../shared/ui/StateLink";
import { VIEWS, type View } from "./views";

interface ViewLinksProps {
  readonly views: readonly View[];
  readonly view: View;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/**
 * The pages; a plain click keeps the drawing. On a narrow screen they are a menu, which lies over
 * the page, so that the header has one row.
 */
export function ViewLinks({ views, view, url, changeUrl }: ViewLinksProps) {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    setIsOpen(false);
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- what bubbles from its buttons
    <div
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) close();
      }}
      onKeyDown={(event) => {
        if (!isOpen || event.key !== "Escape") return;
        event.stopPropagation(); // on the page it clears the field
        close();
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        className="button border-transparent wide:hidden"
        onClick={() => {
          setIsOpen(!isOpen);
        }}
      >
        <svg viewBox="0 0 20 20" className="size-5" aria-hidden="true">
          <path d="M3 5h14M3 10h14M3 15h14" stroke="currentColor" strokeWidth="1.8" />
        </svg>
        <span className="max-[22rem]:sr-only">{VIEWS[view].link}</span>
        <span className="sr-only">: choose a page</span>
      </button>
      <nav
        id={id}
        aria-label="Pages"
        className={`${isOpen ? "flex" : "hidden"} absolute top-full right-0 z-20 min-w-44 flex-col rounded-2xl border border-edge bg-paper p-2 shadow-xl wide:static wide:flex wide:flex-row wide:border-0 wide:bg-transparent wide:p-0 wide:shadow-none`}
      >
        {views.map((name) => (
          <StateLink
            key={name}
            url={url}
            // only the drawing page has a field: it names the picture on it, whatever the link said
            change={{
              view: name === "draw" ? null : name,
              digit: name === view ? url.digit : null,
              drawing: name === view ? url.drawing : null,
            }}
            changeUrl={(change) => {
              close();
              changeUrl(change);
            }}
            aria-current={name === view ? "page" : undefined}
            className="inline-flex min-h-11 min-w-11 items-center rounded-xl px-3 text-[0.9375rem] font-medium text-soft transition-colors hover:text-ink aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-accent aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8 wide:justify-center wide:px-2.5"
          >
            {VIEWS[name].link}
          </StateLink>
        ))}
      </nav>
    </div>
  );
}
