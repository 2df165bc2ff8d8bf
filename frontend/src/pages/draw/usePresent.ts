import { useCallback, useEffect } from "react";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";

interface Present {
  readonly isOn: boolean;
  /** Fills the screen where the browser can, else the window. */
  readonly start: () => void;
  readonly leave: () => void;
}

/** Presenting is a state of the link; leaving the full screen, as Escape does, ends it. */
export function usePresent(url: UrlState, changeUrl: ChangeUrl): Present {
  const isOn = url.present !== null;
  const start = useCallback(() => {
    changeUrl({ present: "1" });
    // Safari on phones has no full screen for pages, and others may refuse
    const asked = "requestFullscreen" in Element.prototype && document.documentElement;
    if (asked) asked.requestFullscreen().catch(() => undefined);
  }, [changeUrl]);
  const leave = useCallback(() => {
    changeUrl({ present: null });
  }, [changeUrl]);

  useEffect(() => {
    if (!isOn) return;
    const onChange = () => {
      if (document.fullscreenElement === null) leave();
    };
    document.addEventListener("fullscreenchange", onChange);
    return () => {
      document.removeEventListener("fullscreenchange", onChange);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, [isOn, leave]);

  return { isOn, start, leave };
}
