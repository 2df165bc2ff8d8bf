import type { ChangeUrl, UrlState } from "./urlState";

/** What every page but Draw gets. */
export interface PageProps {
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
  /** Puts a picture on the field and goes to the Draw page. */
  readonly openOnDraw: (picture: Blob, name: string) => void;
}
