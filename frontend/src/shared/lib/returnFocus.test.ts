import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rememberFocus, restoreFocus } from "./returnFocus";

const link = { focus: vi.fn(), scrollIntoView: vi.fn() };
const history = {
  state: null as unknown,
  replaceState(state: unknown) {
    this.state = state;
  },
};

beforeEach(() => {
  vi.stubGlobal("window", { history });
  vi.stubGlobal("document", { getElementById: (id: string) => (id === "link" ? link : null) });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test("the element that was left gets the focus once", () => {
  rememberFocus("link");
  restoreFocus();
  restoreFocus();
  expect(link.focus).toHaveBeenCalledOnce();
  expect(link.scrollIntoView).toHaveBeenCalledOnce();
});

test.each([null, "text", { other: "link" }, { focus: "gone" }])(
  "with the history's state %j nothing is focused",
  (state) => {
    history.state = state;
    restoreFocus();
    expect(link.focus).not.toHaveBeenCalled();
  },
);
