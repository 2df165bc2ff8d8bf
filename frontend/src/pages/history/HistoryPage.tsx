import type { PageProps } from "../../shared/lib/pageProps";

export function HistoryPage(props: PageProps) {
  return <main data-testid="history" data-view={props.url.view} />;
}
