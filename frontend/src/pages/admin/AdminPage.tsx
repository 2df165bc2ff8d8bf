import type { PageProps } from "../../shared/lib/pageProps";

export function AdminPage(props: PageProps) {
  return <main data-testid="admin" data-view={props.url.view} />;
}
