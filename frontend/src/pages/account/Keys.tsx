import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { MINE } from "../../features/session/useSession";
import { listKeys, makeKey, revokeKey, type NewKey } from "../../shared/api/accounts";
import { toFailure } from "../../shared/api/failure";
import { toLoaded } from "../../shared/api/loaded";
import { ConfirmButton } from "../../shared/ui/ConfirmButton";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { AccountForm } from "./AccountForm";
import { nameProblem, refusal } from "./checks";
import { When } from "./When";

/** The account's API keys. */
export function Keys() {
  const client = useQueryClient();
  const queryKey = [MINE, "keys"];
  const query = useQuery({ queryKey, queryFn: ({ signal }) => listKeys(signal), staleTime: 0 });
  const keys = toLoaded(query);
  const [made, setMade] = useState<NewKey | null>(null);
  const revoking = useMutation({
    mutationFn: revokeKey,
    onSuccess: async (_, id) => {
      if (made?.id === id) setMade(null);
      await client.invalidateQueries({ queryKey });
    },
  });
  return (
    <section aria-labelledby="keys-heading" className="min-w-0">
      <h3 id="keys-heading" className="text-lg font-semibold">
        API keys
      </h3>
      <p className="text-sm text-soft">A program that sends one asks in your name.</p>
      <LoadNotice loaded={keys} title="The API keys could not be loaded" />
      {made && <ShownOnce key={made.id} made={made} />}
      {keys.phase === "loaded" && (
        <ul className="mt-2 grid gap-2">
          {keys.value.map(({ id, name, created_at, last_used_at }) => (
            <li
              key={id}
              data-testid="key"
              className="flex flex-wrap items-center justify-between gap-2 border-t border-line pt-2"
            >
              <p className="min-w-0 break-words">
                {name}
                <span className="block text-sm text-soft">
                  Made <When time={created_at} />,{" "}
                  {last_used_at === null ? (
                    "never used"
                  ) : (
                    <>
                      last used <When time={last_used_at} />
                    </>
                  )}
                </span>
              </p>
              <ConfirmButton
                label="Revoke"
                question={`Programs that send the key “${name}” are refused from then on.`}
                confirm="Revoke the key"
                onConfirm={() => {
                  revoking.mutate(id);
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <p role="alert" className="font-semibold text-warn">
        {revoking.error && refusal(toFailure(revoking.error)).text}
      </p>
      <div className="mt-4">
        <AccountForm
          title="Make a key"
          action="Make a key"
          fields={[
            {
              name: "key_name",
              label: "What it is for",
              autoComplete: "off",
              check: nameProblem,
              about: "name",
            },
          ]}
          onSend={async ({ key_name = "" }) => {
            setMade(await makeKey(key_name));
            await client.invalidateQueries({ queryKey });
          }}
        />
      </div>
    </section>
  );
}

function ShownOnce({ made }: { made: NewKey }) {
  const [told, setTold] = useState("");
  return (
    <div className="mt-2 rounded-2xl border border-accent bg-wash p-3">
      <p role="status" className="font-semibold">
        {`The key “${made.name}”. It is shown only now: keep it in a safe place.`}
      </p>
      <code data-testid="new-key" className="my-2 block rounded-lg bg-paper p-2 break-all">
        {made.key}
      </code>
      <button
        type="button"
        className="button"
        onClick={() => {
          // over http the browser has no clipboard
          const copied = window.isSecureContext
            ? navigator.clipboard.writeText(made.key)
            : Promise.reject(new Error("no clipboard"));
          copied.then(
            () => {
              setTold("Copied.");
            },
            () => {
              setTold("The browser does not allow it: select the key and copy it.");
            },
          );
        }}
      >
        Copy
      </button>
      <span role="status" className="ml-3">
        {told}
      </span>
    </div>
  );
}
