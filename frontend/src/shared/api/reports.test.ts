import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "./failure";
import { compareRungs, listReports, readDigitSheet, readReport } from "./reports";

const fetchMock = vi.fn<typeof fetch>();
const never = () => new AbortController().signal;
const json = (body: unknown) => Promise.resolve(new Response(JSON.stringify(body)));

beforeEach(() => {
  vi.stubGlobal("fetch", fetchMock);
});
afterEach(() => {
  vi.unstubAllGlobals();
  fetchMock.mockReset();
});

test("names are escaped on the way", async () => {
  const whole = { confusion_matrix: [], calibration: {}, per_class: [], robustness: {} };
  fetchMock.mockImplementation(() => json(whole));
  await readReport("a/b", never());
  expect(fetchMock.mock.calls[0]?.[0]).toBe("/reports/a%2Fb");
  fetchMock.mockImplementation(() => json({ fixed: [], broken: [], p_value: 1 }));
  await compareRungs("a&b", "c", never());
  expect(fetchMock.mock.calls[1]?.[0]).toBe("/reports/compare?a=a%26b&b=c");
});

test.each([
  ["rows", (signal: AbortSignal) => listReports(signal), [[], {}, [{ name: "a" }], null, "text"]],
  ["a report", (signal: AbortSignal) => readReport("a", signal), [{}, [], null, { format: 1 }]],
  ["a comparison", (signal: AbortSignal) => compareRungs("a", "b", signal), [{ fixed: [] }]],
  ["a sheet", (signal: AbortSignal) => readDigitSheet(signal), [{ image: "x" }]],
])("what is not %s is refused in words", async (_, load, answers) => {
  for (const answer of answers) {
    fetchMock.mockReturnValueOnce(json(answer));
    const error: unknown = await load(never()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ failure: { kind: "refused", status: 200 } });
  }
});
