import type { PageProps } from "../../shared/lib/pageProps";

export function StatisticsPage(props: PageProps) {
  return <main data-testid="statistics" data-view={props.url.view} />;
}
