import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "./failure";
import { fetchBytes, fetchJson } from "./fetchJson";
import { fileOf, urlOf } from "./staticSite";

const fetchMock = vi.fn<typeof fetch>();

function publish() {
  vi.stubGlobal("document", { documentElement: { dataset: { static: "" } } });
  vi.stubGlobal("fetch", fetchMock);
}
afterEach(() => {
  vi.unstubAllGlobals();
  fetchMock.mockReset();
});

test.each([
  ["models", "data/models.json"],
  ["reports/cnn", "data/reports/cnn.json"],
  ["reports/compare?a=hidden_layer&b=cnn", "data/reports/compare/hidden_layer/cnn.json"],
  ["reports/compare?a=..%2F..&b=cnn", "data/reports/compare/..%2F../cnn.json"],
  ["reports/digits.png?v=0a1b", "data/reports/digits.png"],
  ["networks/0a1b.tflite", "data/networks/0a1b.tflite"],
])("the answer to %s is the file %s", (path, file) => {
  expect(fileOf(path)).toBe(file);
});

test.each(["sessions/current", "drawings?limit=24", "statistics", "modelsx", "data/models.json"])(
  "there is no file for %s",
  (path) => {
    expect(() => fileOf(path)).toThrow(ApiError);
  },
);

test("with a service, its own path is asked", () => {
  expect(urlOf("reports/compare?a=x&b=y")).toBe("reports/compare?a=x&b=y");
});

test("the static site reads files, and says what takes a service", async () => {
  publish();
  fetchMock.mockImplementation(() => Promise.resolve(new Response("[1]")));
  expect(await fetchJson("models")).toEqual([1]);
  await fetchBytes("networks/0a1b.tflite");
  expect(fetchMock.mock.calls.map(([url]) => url)).toEqual([
    "data/models.json",
    "data/networks/0a1b.tflite",
  ]);
  fetchMock.mockReset();
  const asked = [
    fetchJson("sessions/current"),
    fetchJson("models", undefined, { method: "POST", json: {} }),
  ];
  for (const answer of asked) {
    await expect(answer).rejects.toMatchObject({ failure: { kind: "static" } });
  }
  expect(fetchMock).not.toHaveBeenCalled();
});
