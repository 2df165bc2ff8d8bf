import { useEffect, useRef } from "react";

// what a reader does that says: from here on I choose what I look at
const INPUTS = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

/**
 * Leads to the part that the link names after its #, and stays there while the parts above and
 * below it still come: the browser looks for it only once, when it is too early.
 */
export function useLanding(isComplete: boolean): void {
  const isLanding = useRef(true);
  useEffect(() => {
    const land = () => {
      const { hash } = window.location;
      if (!isLanding.current || hash === "") return;
      document.getElementById(hash.slice(1))?.scrollIntoView({ behavior: "instant" });
    };
    const start = () => {
      isLanding.current = true;
    };
    const stop = () => {
      isLanding.current = false;
    };
    land();
    if (isComplete) {
      stop();
      return;
    }
    const growth = new ResizeObserver(land);
    growth.observe(document.body);
    window.addEventListener("hashchange", start);
    for (const input of INPUTS) window.addEventListener(input, stop, { passive: true });
    return () => {
      growth.disconnect();
      window.removeEventListener("hashchange", start);
      for (const input of INPUTS) window.removeEventListener(input, stop);
    };
  }, [isComplete]);
}
