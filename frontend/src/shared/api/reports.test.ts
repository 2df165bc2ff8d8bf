import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "./failure";
import {
  compareModels,
  listReports,
  readDigitSheet,
  readDigitSheetImage,
  readReport,
} from "./reports";

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

test("names are escaped in the path and the query", async () => {
  const whole = { confusion_matrix: [], calibration: {}, per_class: [], robustness: {} };
  fetchMock.mockImplementation(() => json(whole));
  await readReport("a/b", never());
  expect(fetchMock.mock.calls[0]?.[0]).toBe("reports/a%2Fb");
  fetchMock.mockImplementation(() => json({ fixed: [], broken: [], p_value: 1 }));
  await compareModels("a&b", "c", never());
  expect(fetchMock.mock.calls[1]?.[0]).toBe("reports/compare?a=a%26b&b=c");
});

const sheet = { size_px: 28, columns: 40, indices: [], labels: [], read: {} };

test.each([
  ["/reports/digits.png?v=1", "reports/digits.png?v=1"],
  ["/digits/reports/digits.png?v=1", "reports/digits.png?v=1"],
])("the sheet's image %s is requested relative to the page", async (image, relative) => {
  fetchMock.mockImplementation(() => json({ image, ...sheet }));
  expect((await readDigitSheet(never())).image).toBe(relative);
});

test.each([
  ["rows", (signal: AbortSignal) => listReports(signal), [[], {}, [{ name: "a" }], null, "text"]],
  ["a report", (signal: AbortSignal) => readReport("a", signal), [{}, [], null, { format: 1 }]],
  ["a comparison", (signal: AbortSignal) => compareModels("a", "b", signal), [{ fixed: [] }]],
  ["a sheet", (signal: AbortSignal) => readDigitSheet(signal), [{ image: "x" }]],
])("an answer that is not %s is refused", async (_, load, answers) => {
  for (const answer of answers) {
    fetchMock.mockReturnValueOnce(json(answer));
    const error: unknown = await load(never()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ failure: { kind: "refused", status: 200 } });
  }
});

test("the sheet's image is read as it is", async () => {
  const bytes = Uint8Array.of(0x89, 0x50, 0, 0xff);
  fetchMock.mockImplementation(() => Promise.resolve(new Response(bytes)));
  const image = "reports/digits.png?v=1";
  expect(await readDigitSheetImage({ image, ...sheet }, never())).toEqual(bytes);
  expect(fetchMock.mock.calls[0]?.[0]).toBe(image);
});

test("a sheet's image that is missing is told with the server's words", async () => {
  const problem = { title: "There is no such report", detail: "expected digits.png, got none" };
  fetchMock.mockResolvedValue(new Response(JSON.stringify(problem), { status: 404 }));
  const image = "reports/digits.png?v=1";
  await expect(readDigitSheetImage({ image, ...sheet }, never())).rejects.toMatchObject({
    failure: { kind: "refused", status: 404, ...problem },
  });
});
