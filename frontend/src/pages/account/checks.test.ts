import { expect, test } from "vitest";
import type { Failure } from "../../shared/api/failure";
import { nameProblem, newPasswordProblem, passwordProblem, refusal } from "./checks";

test.each([
  ["Ada", null],
  ["  ", "Please type a name."],
  ["x".repeat(64), null],
  ["x".repeat(65), "At most 64 characters, please; these are 65."],
  ["🙂".repeat(64), null],
])("name %j: %j", (name, problem) => {
  expect(nameProblem(name)).toBe(problem);
});

test.each([
  ["12345678", null],
  ["1234567", "At least 8 characters, please; these are 7."],
  ["", "At least 8 characters, please; these are 0."],
])("new password %j: %j", (password, problem) => {
  expect(newPasswordProblem(password)).toBe(problem);
});

test("a password that holds already may have any length", () => {
  expect(passwordProblem("x")).toBeNull();
  expect(passwordProblem("")).toBe("Please type your password.");
});

const refused = (status: number, title: string): Failure => ({
  kind: "refused",
  status,
  title,
  detail: "expected this, got that",
});

test.each<[Failure, string | null, string]>([
  [refused(401, "Name or password is wrong"), "password", "Name or password is wrong."],
  [refused(409, "The name is taken"), "name", "This name is taken. Please choose another."],
  [refused(409, "Too many keys"), null, "expected this, got that"],
  [refused(400, "This cannot be a name"), "name", "expected this, got that"],
  [refused(400, "Not usable"), null, "expected this, got that"],
  [{ kind: "offline" }, null, "You are offline."],
])("%j is told at %s: %s", (failure, field, text) => {
  expect(refusal(failure)).toEqual({ field, text });
});
