import type { PageProps } from "../../shared/lib/pageProps";

export function ReviewPage(props: PageProps) {
  return <main data-testid="review" data-view={props.url.view} />;
}
