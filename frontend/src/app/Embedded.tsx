import type { ReactNode } from "react";
import { writeUrl, type UrlState } from "../shared/lib/urlState";

/** The layout in another site's frame: the drawing page alone, and a link to all of it. */
export function Embedded({ url, children }: { url: UrlState; children: ReactNode }) {
  return (
    <div className="mx-auto max-w-[90rem] p-3">
      <header>
        <h1 className="text-sm">
          <a
            href={`./${writeUrl({ ...url, embed: null }, window.location.search)}`}
            target="_blank"
            rel="noopener"
            className="inline-flex min-h-11 items-center font-semibold underline underline-offset-4"
          >
            Digit Ladder
            <span className="sr-only"> (opens a new tab)</span>
          </a>
        </h1>
      </header>
      {children}
    </div>
  );
}
