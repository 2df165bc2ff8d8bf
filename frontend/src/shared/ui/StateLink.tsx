import type { ComponentProps } from "react";
import { rememberFocus } from "../lib/returnFocus";
import { writeUrl, type ChangeUrl, type UrlState } from "../lib/urlState";

interface StateLinkProps extends Omit<ComponentProps<"a">, "href" | "onClick"> {
  readonly url: UrlState;
  /** What the link changes of the state. */
  readonly change: Partial<UrlState>;
  readonly changeUrl: ChangeUrl;
}

/** A real link to a state of the page; only a plain click is followed without loading the page. */
export function StateLink({ url, change, changeUrl, children, ...anchor }: StateLinkProps) {
  return (
    <a
      {...anchor}
      href={`./${writeUrl({ ...url, ...change }, window.location.search)}`}
      onClick={(event) => {
        const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
        if (opensElsewhere || event.button !== 0) return;
        event.preventDefault();
        if (anchor.id !== undefined) rememberFocus(anchor.id);
        changeUrl(change);
        window.scrollTo({ top: 0, behavior: "instant" });
      }}
    >
      {children}
    </a>
  );
}
