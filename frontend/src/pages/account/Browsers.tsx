import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MINE } from "../../features/session/useSession";
import { listBrowsers, signOutBrowser } from "../../shared/api/accounts";
import { toFailure } from "../../shared/api/failure";
import { toLoaded } from "../../shared/api/loaded";
import { ConfirmButton } from "../../shared/ui/ConfirmButton";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { refusal } from "./checks";
import { When } from "./When";

/** The browsers in which the account is signed in. */
export function Browsers({ onChange }: { onChange: () => Promise<void> }) {
  const client = useQueryClient();
  const queryKey = [MINE, "browsers"];
  const query = useQuery({ queryKey, queryFn: ({ signal }) => listBrowsers(signal), staleTime: 0 });
  const browsers = toLoaded(query);
  const revoking = useMutation({
    mutationFn: signOutBrowser,
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  const leavingHere = useMutation({ mutationFn: signOutBrowser, onSuccess: onChange });
  const error = revoking.error ?? leavingHere.error;
  return (
    <section aria-labelledby="browsers-heading">
      <h3 id="browsers-heading" className="text-lg font-semibold">
        Where you are signed in
      </h3>
      <LoadNotice loaded={browsers} title="The sessions could not be loaded" />
      {browsers.phase === "loaded" && (
        <ul className="mt-2 grid gap-2">
          {browsers.value.map(({ id, created_at, last_seen_at, is_current }) => (
            <li
              key={id}
              data-testid="browser"
              className="flex flex-wrap items-center justify-between gap-2 border-t border-line pt-2"
            >
              <p>
                {is_current ? <strong>This browser</strong> : "Another browser"}
                <span className="block text-sm text-soft">
                  Since <When time={created_at} />, last seen <When time={last_seen_at} />
                </span>
              </p>
              <ConfirmButton
                label={is_current ? "Sign out here" : "Sign out there"}
                question={
                  is_current
                    ? "Sign out in this browser?"
                    : "Whoever uses that browser has to sign in again."
                }
                confirm="Sign out"
                onConfirm={() => {
                  (is_current ? leavingHere : revoking).mutate(id);
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <p role="alert" className="font-semibold text-warn">
        {error && refusal(toFailure(error)).text}
      </p>
    </section>
  );
}
