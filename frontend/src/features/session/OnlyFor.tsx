import type { ReactNode } from "react";
import type { Role } from "../../shared/api/kept";
import type { ChangeUrl } from "../../shared/lib/urlState";
import { withArticle } from "../../shared/lib/article";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { Notice } from "../../shared/ui/Notice";
import { useSession } from "./useSession";

interface OnlyForProps {
  readonly roles: readonly Role[];
  /** "Only reviewers see this page". */
  readonly title: string;
  readonly changeUrl: ChangeUrl;
  /** What is shown to an account of one of the roles, given its name. */
  readonly children: (name: string) => ReactNode;
}

/** Shows a page to those who may use it; the service itself refuses everybody else. */
export function OnlyFor({ roles, title, changeUrl, children }: OnlyForProps) {
  const session = useSession();
  if (session.phase !== "loaded") {
    return <LoadNotice loaded={session} title="It could not be found out who is signed in" />;
  }
  const { account } = session.value;
  if (account && roles.includes(account.role)) return children(account.name);
  return (
    <Notice
      title={title}
      action={{
        label: account ? "To your account" : "Sign in",
        onPress: () => {
          changeUrl({ view: "account" });
        },
      }}
    >
      <p>
        {account
          ? `You are signed in as ${account.name}, ${withArticle(account.role)}. An admin can change your role.`
          : "You are not signed in."}
      </p>
    </Notice>
  );
}
