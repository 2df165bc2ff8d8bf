import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { timeText } from "../../features/keptDrawings/answerText";
import { KeptNotice } from "../../features/keptDrawings/KeptNotice";
import { toFailure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";
import type { Role } from "../../shared/api/kept";
import { toLoaded } from "../../shared/api/loaded";
import { withArticle } from "../../shared/lib/article";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { ACCOUNTS, changeRole } from "./admin";

const ROLES: readonly { readonly role: Role; readonly may: string }[] = [
  { role: "visitor", may: "has a history and statistics of their own" },
  { role: "reviewer", may: "reviews labels and sees the statistics of all" },
  { role: "admin", may: "also trains, promotes and gives roles" },
];

/** Every account with its role, which can be changed. */
export function Accounts() {
  const client = useQueryClient();
  const loaded = toLoaded(useQuery(ACCOUNTS));
  const changing = useMutation({
    mutationFn: ({ name, role }: { name: string; role: Role }) => changeRole(name, role),
    onSettled: () => client.invalidateQueries({ queryKey: ACCOUNTS.queryKey }),
  });
  if (loaded.phase !== "loaded") {
    return <KeptNotice loaded={loaded} title="The accounts could not be loaded" what="figures" />;
  }
  const failure = changing.error && failureText(toFailure(changing.error), null, "figures");
  return (
    <>
      <ul className="text-sm text-soft">
        {ROLES.map(({ role, may }) => (
          <li key={role} className="first-letter:uppercase">
            {withArticle(role)} {may}.
          </li>
        ))}
      </ul>
      {failure && (
        <p role="alert" className="mt-2 text-sm font-semibold text-warn">
          {`${failure.title}. ${failure.detail}`}
        </p>
      )}
      <ScrollRegion label="Accounts" className="mt-3 max-h-[32rem]">
        <table className="w-full max-w-2xl border-collapse text-sm">
          <thead>
            <tr className="border-b border-line text-left">
              <th scope="col" className="py-1.5 pr-4 font-semibold">
                Name
              </th>
              <th scope="col" className="py-1.5 pr-4 font-semibold max-sm:hidden">
                Since
              </th>
              <th scope="col" className="py-1.5 font-semibold">
                Role
              </th>
            </tr>
          </thead>
          <tbody>
            {loaded.value.map(({ name, role, created_at }) => (
              <tr key={name} data-testid="account" className="border-b border-line">
                <th
                  scope="row"
                  className="max-w-64 py-1.5 pr-4 text-left font-medium wrap-anywhere"
                >
                  {name}
                </th>
                <td className="py-1.5 pr-4 text-soft max-sm:hidden">{timeText(created_at)}</td>
                <td className="py-1.5">
                  <select
                    aria-label={`Role of ${name}`}
                    className="min-h-11 cursor-pointer rounded-xl border border-edge bg-paper px-3 text-ink"
                    value={role}
                    onChange={({ target }) => {
                      changing.mutate({ name, role: target.value as Role });
                    }}
                  >
                    {ROLES.map((known) => (
                      <option key={known.role} value={known.role}>
                        {known.role}
                      </option>
                    ))}
                  </select>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}
