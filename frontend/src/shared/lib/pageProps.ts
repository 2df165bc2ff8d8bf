import type { ChangeUrl, UrlState } from "./urlState";

/** What every page but Draw gets. */
export interface PageProps {
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}
