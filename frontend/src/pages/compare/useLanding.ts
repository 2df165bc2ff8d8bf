import { useEffect, useRef } from "react";

// input with which the visitor takes over the scrolling
const INPUTS = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

/**
 * Scrolls to the section that the link's fragment names, and keeps it in place while the sections
 * around it load. The browser itself scrolls only once, before they are there.
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
