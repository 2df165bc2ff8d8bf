/** Accounts, the browsers in which they are signed in, and their API keys. */
import { fetchJson, unexpectedAnswer } from "./fetchJson";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];
export type Credentials = Schemas["Credentials"];
export type AccountChange = Omit<Schemas["AccountChange"], "new_password" | "new_name"> &
  Partial<Schemas["AccountChange"]>;
export type SignedInBrowser = Schemas["SessionDetails"];
export type Key = Schemas["KeyDetails"];
export type NewKey = Schemas["NewKey"];

const send = (method: "POST" | "PATCH" | "DELETE", path: string, json?: unknown) =>
  fetchJson(path, undefined, { method, json });

export const signUp = (credentials: Credentials) => send("POST", "accounts", credentials);
export const signIn = (credentials: Credentials) => send("POST", "sessions", credentials);
export const signOut = () => send("DELETE", "sessions/current");
export const changeAccount = (change: AccountChange) => send("PATCH", "accounts/me", change);
export const deleteAccount = (password: string) => send("DELETE", "accounts/me", { password });

export async function listBrowsers(signal: AbortSignal): Promise<readonly SignedInBrowser[]> {
  return asList(await fetchJson("sessions", signal), "a list of sessions") as SignedInBrowser[];
}
export const signOutBrowser = (id: string) => send("DELETE", `sessions/${id}`);

export async function listKeys(signal: AbortSignal): Promise<readonly Key[]> {
  return asList(await fetchJson("accounts/me/keys", signal), "a list of API keys") as Key[];
}
/** The only answer that has the key itself. */
export async function makeKey(name: string): Promise<NewKey> {
  return (await send("POST", "accounts/me/keys", { name })) as NewKey;
}
export const revokeKey = (id: number) => send("DELETE", `accounts/me/keys/${id}`);

function asList(answer: unknown, what: string): unknown[] {
  if (!Array.isArray(answer)) throw unexpectedAnswer(what);
  return answer;
}
