import type { Failure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";

export const MOST_NAME = 64;
export const LEAST_PASSWORD = 8;

/** What is wrong with a name, in words; null where nothing is. */
export function nameProblem(name: string): string | null {
  const length = Array.from(name.trim()).length;
  if (length === 0) return "Please type a name.";
  return length > MOST_NAME
    ? `At most ${MOST_NAME} characters, please; these are ${length}.`
    : null;
}

/** What is wrong with a new password. */
export function newPasswordProblem(password: string): string | null {
  const length = Array.from(password).length;
  return length < LEAST_PASSWORD
    ? `At least ${LEAST_PASSWORD} characters, please; these are ${length}.`
    : null;
}

export function passwordProblem(password: string): string | null {
  return password === "" ? "Please type your password." : null;
}

export interface RefusedForm {
  /** The field that the refusal is about; null for the form as a whole. */
  readonly field: "name" | "password" | null;
  readonly text: string;
}

/** Why the service refused a form. */
export function refusal(failure: Failure): RefusedForm {
  if (failure.kind === "refused") {
    // which of the two is wrong, the service does not tell
    if (failure.status === 401) return { field: "password", text: "Name or password is wrong." };
    if (failure.status === 403) return { field: null, text: failure.detail || failure.title };
    if (failure.status === 409 && failure.title.toLowerCase().includes("name")) {
      return { field: "name", text: "This name is taken. Please choose another." };
    }
    const isName = failure.status === 400 && failure.title.endsWith("a name");
    return { field: isName ? "name" : null, text: failure.detail || failure.title };
  }
  const { title, detail } = failureText(failure, null, "account");
  return { field: null, text: [`${title}.`, detail].filter(Boolean).join(" ") };
}
