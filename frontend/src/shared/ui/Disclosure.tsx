import { useId, type ReactNode } from "react";

interface DisclosureProps {
  readonly title: string;
  /** For screen readers, which meet several on a page. */
  readonly about: string;
  readonly isOpen: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly children: ReactNode;
}

/** Opens and closes its children; unlike <details>, its state can come from the link. */
export function Disclosure({ title, about, isOpen, onOpen, children }: DisclosureProps) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        className="inline-flex min-h-11 cursor-pointer items-center gap-2 text-sm text-soft underline underline-offset-4 hover:text-ink"
        onClick={() => {
          onOpen(!isOpen);
        }}
      >
        {title}
        <span className="sr-only">: {about}</span>
        <svg
          viewBox="0 0 12 12"
          className={`size-3 ${isOpen ? "rotate-180" : ""}`}
          aria-hidden="true"
        >
          <path d="M2 4l4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.8" />
        </svg>
      </button>
      <div id={id}>{isOpen && children}</div>
    </>
  );
}
