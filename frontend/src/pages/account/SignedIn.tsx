import { useMutation, useQueryClient } from "@tanstack/react-query";
import { forgetIds } from "../../features/prediction/prediction";
import { changeAccount, deleteAccount, signOut } from "../../shared/api/accounts";
import { toFailure } from "../../shared/api/failure";
import type { Account } from "../../shared/api/kept";
import { AccountForm } from "./AccountForm";
import { Browsers } from "./Browsers";
import {
  LEAST_PASSWORD,
  nameProblem,
  newPasswordProblem,
  passwordProblem,
  refusal,
} from "./checks";
import { Keys } from "./Keys";

interface SignedInProps {
  readonly account: Account;
  readonly onChange: () => Promise<void>;
}

const ROLES: Readonly<Record<Account["role"], string>> = {
  visitor: "You see your own drawings.",
  reviewer: "You may review labelled drawings.",
  admin: "You may review labelled drawings and change what is served.",
};

const PASSWORD = {
  name: "password",
  label: "Present password",
  autoComplete: "current-password",
  check: passwordProblem,
  about: "password",
} as const;

export function SignedIn({ account, onChange }: SignedInProps) {
  const client = useQueryClient();
  const leaving = useMutation({ mutationFn: signOut, onSuccess: onChange });
  return (
    <>
      <div>
        <p className="mb-3 text-soft">{ROLES[account.role]}</p>
        <button
          type="button"
          className="button"
          onClick={() => {
            leaving.mutate();
          }}
        >
          Sign out
        </button>
        <p role="alert" className="mt-2 font-semibold text-warn">
          {leaving.error && refusal(toFailure(leaving.error)).text}
        </p>
      </div>
      <div className="grid gap-10 md:grid-cols-2">
        <Keys />
        <Browsers onChange={onChange} />
        <AccountForm
          title="Change the name"
          action="Change the name"
          username={account.name}
          fields={[
            {
              name: "new_name",
              label: "New name",
              autoComplete: "off",
              check: nameProblem,
              about: "name",
            },
            PASSWORD,
          ]}
          onSend={async ({ password = "", new_name = "" }) => {
            await changeAccount({ password, new_name });
            await onChange();
          }}
          done="The name is changed."
        />
        <AccountForm
          title="Change the password"
          action="Change the password"
          username={account.name}
          fields={[
            PASSWORD,
            {
              name: "new_password",
              label: "New password",
              autoComplete: "new-password",
              hint: `At least ${LEAST_PASSWORD} characters. You are signed out everywhere else.`,
              check: newPasswordProblem,
            },
          ]}
          onSend={async ({ password = "", new_password = "" }) => {
            await changeAccount({ password, new_password });
            await onChange();
          }}
          done="The password is changed."
        />
        <AccountForm
          title="Delete the account"
          action="Delete account and all drawings"
          username={account.name}
          fields={[
            {
              ...PASSWORD,
              hint: "Your drawings, labels, sessions and API keys are deleted with it. This cannot be undone.",
            },
          ]}
          onSend={async ({ password = "" }) => {
            await deleteAccount(password);
            forgetIds(client);
            await onChange();
          }}
        />
      </div>
    </>
  );
}
