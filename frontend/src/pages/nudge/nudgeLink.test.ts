import { expect, test } from "vitest";
import { UNTOUCHED } from "./nudge";
import { readNudge, UNTOUCHED_STATE, writeNudge, type NudgeState } from "./nudgeLink";

test.each<[NudgeState, string | null]>([
  [UNTOUCHED_STATE, null],
  [{ ...UNTOUCHED_STATE, nudge: { ...UNTOUCHED, turn: -22.5, scale: 0.7 } }, "turn-22.5,scale0.7"],
  [
    {
      nudge: { ...UNTOUCHED, shiftX: 3, shiftY: -6, erase: 6, eraseX: 10, isCentred: true },
      chosen: "noise",
      digit: 0,
    },
    "x3,y-6,erase6at10-14,centred,by-noise,is0",
  ],
  [{ ...UNTOUCHED_STATE, digit: 25 }, "is25"],
  [{ ...UNTOUCHED_STATE, nudge: { ...UNTOUCHED, slant: 10, width: -2, noise: 40 } }, "slant10,width-2,noise40"], // prettier-ignore
])("%j is written %j, and read again", (state, text) => {
  expect(writeNudge(state)).toBe(text);
  expect(readNudge(text)).toEqual(state);
});

test.each<[string, Partial<NudgeState["nudge"]>]>([
  ["turn99", { turn: 45 }],
  ["turn11", { turn: 10 }],
  ["scale0", { scale: 0.5 }],
  ["erase4at99-2", { erase: 4, eraseX: 27, eraseY: 2 }],
  ["by-colour,is1.5,is-1,isx,warp3,turn,turnx,,<b>,x1e9", {}],
])("of %j only what a slider can have counts", (text, nudge) => {
  expect(readNudge(text)).toEqual({ ...UNTOUCHED_STATE, nudge: { ...UNTOUCHED, ...nudge } });
});
