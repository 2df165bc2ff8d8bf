import type { PageProps } from "../../shared/lib/pageProps";

export function AccountPage(props: PageProps) {
  return <main data-testid="account" data-view={props.url.view} />;
}
