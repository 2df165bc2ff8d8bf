import { signIn, signUp } from "../../shared/api/accounts";
import { AccountForm } from "./AccountForm";
import { LEAST_PASSWORD, nameProblem, newPasswordProblem, passwordProblem } from "./checks";

export function SignedOut({ onChange }: { onChange: () => Promise<void> }) {
  const send =
    (request: typeof signIn) =>
    async ({ name = "", password = "" }) => {
      await request({ name, password });
      await onChange();
    };
  return (
    <>
      <p className="max-w-2xl text-soft">
        Nobody needs an account to draw. With one, your drawings stay together on all your devices,
        and your programs get API keys. What you drew in this browser becomes the new account’s when
        you sign up; signing in leaves it where it is, since others may have drawn here.
      </p>
      <div className="grid gap-10 md:grid-cols-2">
        <AccountForm
          title="Sign in"
          action="Sign in"
          fields={[
            { name: "name", label: "Name", autoComplete: "username", check: nameProblem },
            {
              name: "password",
              label: "Password",
              autoComplete: "current-password",
              check: passwordProblem,
              about: "password",
            },
          ]}
          onSend={send(signIn)}
        />
        <AccountForm
          title="Sign up"
          action="Make an account"
          fields={[
            {
              name: "name",
              label: "Name",
              autoComplete: "username",
              check: nameProblem,
              about: "name",
            },
            {
              name: "password",
              label: "New password",
              autoComplete: "new-password",
              hint: `At least ${LEAST_PASSWORD} characters. Without an address nobody can reset it for you.`,
              check: newPasswordProblem,
              about: "password",
            },
          ]}
          onSend={send(signUp)}
        />
      </div>
    </>
  );
}
