import { lazy, Suspense, useEffect, useId, useRef } from "react";
import { createPortal } from "react-dom";
import { StateLink } from "../../shared/ui/StateLink";
import { shortTitle } from "../models/modelWithPrediction";
import type { InsideProps } from "./InsideViews";

// whoever only draws does not need it
const InsideViews = lazy(async () => ({
  default: (await import("./InsideViews")).InsideViews,
}));

/**
 * A button that opens a drawer beside the field: why the chosen rung says so. One can go on drawing
 * while it is open.
 */
export function InsideDrawer(props: InsideProps) {
  const { url, changeUrl, model } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isOpen = url.inside === "open";
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (isOpen && !wasOpen.current) heading.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const toggle = () => {
    changeUrl({ inside: isOpen ? null : "open" }, "replace");
    if (isOpen) button.current?.focus();
    // on a phone the drawer leaves half a screen: that is for the field
    else window.scrollTo({ top: 0, behavior: "instant" });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={toggle}
      >
        Inside: why?
      </button>
      {isOpen &&
        createPortal(
          <aside
            id={id}
            aria-labelledby={`${id}-heading`}
            className="fixed inset-x-0 bottom-0 z-20 max-h-[50svh] overflow-y-auto rounded-t-3xl border-t border-edge bg-ground p-4 shadow-2xl md:top-0 md:left-auto md:max-h-none md:w-[min(36rem,50vw)] md:rounded-none md:border-l"
          >
            <div className="sticky -top-4 z-10 -mx-4 -mt-4 mb-3 flex items-center gap-2 bg-ground px-4 py-2">
              <h2
                id={`${id}-heading`}
                ref={heading}
                tabIndex={-1}
                className="min-w-0 grow truncate text-lg font-semibold outline-none"
              >
                {model ? `Inside: ${shortTitle(model.title)}` : "Inside"}
              </h2>
              <StateLink
                url={url}
                change={{ view: "inside", inside: null }}
                changeUrl={changeUrl}
                className="inline-flex min-h-11 shrink-0 items-center text-sm text-soft underline underline-offset-4 hover:text-ink"
              >
                All of it
              </StateLink>
              <button type="button" className="button" onClick={toggle}>
                Close
              </button>
            </div>
            <Suspense fallback={<p className="text-soft">Loading…</p>}>
              <InsideViews {...props} />
            </Suspense>
          </aside>,
          document.body,
        )}
    </>
  );
}
