import type { ReactNode } from "react";

interface ScrollRegionProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Scrolls what may be larger than the screen, with the arrow keys too. */
export function ScrollRegion({ label, className = "", children }: ScrollRegionProps) {
  return (
    <div
      role="region"
      aria-label={label}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it no key scrolls
      tabIndex={0}
      className={`scroll-region overflow-auto ${className}`}
    >
      {children}
    </div>
  );
}
