import { useEffect, useState } from "react";
import type { ChangeUrl } from "../../shared/lib/urlState";
import { useSettled } from "../../shared/lib/useSettled";
import { readNudge, writeNudge, type NudgeState } from "./nudgeLink";

/** Browsers refuse addresses that change with every movement of a slider. */
const WRITE_AFTER_MS = 300;

/** The page's state, which the link follows, and which follows the link after Back. */
export function useNudgeState(
  link: string | null,
  changeUrl: ChangeUrl,
): [NudgeState, (change: Partial<NudgeState>) => void] {
  const [state, setState] = useState(() => readNudge(link));
  const [knownLink, setKnownLink] = useState(link);
  const written = writeNudge(state);
  if (link !== knownLink) {
    setKnownLink(link);
    if (link !== written) setState(readNudge(link));
  }
  const settled = useSettled(written, WRITE_AFTER_MS);
  useEffect(() => {
    changeUrl({ nudge: settled }, "replace");
  }, [settled, changeUrl]);
  const change = (changed: Partial<NudgeState>) => {
    setState((before) => ({ ...before, ...changed }));
  };
  return [state, change];
}
