import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { MINE, SESSION, useSession } from "../../features/session/useSession";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { SignedIn } from "./SignedIn";
import { SignedOut } from "./SignedOut";

/** Signing up, in and out, and all that belongs to an account. */
export function AccountPage() {
  const session = useSession();
  const client = useQueryClient();
  /** Somebody else asks from now on, or by another name. */
  const onChange = useCallback(async () => {
    await client.invalidateQueries({ queryKey: SESSION.queryKey });
    await client.resetQueries({ queryKey: [MINE] });
  }, [client]);
  if (session.phase !== "loaded") {
    return (
      <main>
        <LoadNotice loaded={session} title="Your account could not be loaded" />
      </main>
    );
  }
  const { account } = session.value;
  return (
    <main data-testid="account" className="grid gap-8">
      <Heading
        key={String(account === null)}
        text={account ? `Signed in as ${account.name}` : "Your account"}
      />
      {account ? (
        <SignedIn account={account} onChange={onChange} />
      ) : (
        <SignedOut onChange={onChange} />
      )}
    </main>
  );
}

/** Takes the focus that a form leaves behind when it goes. */
function Heading({ text }: { text: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <h2 ref={heading} tabIndex={-1} className="text-2xl font-semibold break-words outline-none">
      {text}
    </h2>
  );
}
