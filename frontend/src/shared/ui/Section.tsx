import type { ReactNode } from "react";

interface SectionProps {
  /** The link's fragment. */
  readonly id: string;
  readonly title: string;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

/** A section of a page with several. */
export function Section({ id, title, about, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-heading`} className="mt-12 scroll-mt-4">
      <h2 id={`${id}-heading`} className="text-2xl leading-tight font-semibold">
        {title}
      </h2>
      {about && <p className="mt-1 max-w-[70ch] text-soft">{about}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}

interface SectionLinksProps {
  readonly sections: readonly { readonly id: string; readonly link: string }[];
}

/** Links to the sections, which lie far apart on a phone: in one row that stays in sight. */
export function SectionLinks({ sections }: SectionLinksProps) {
  return (
    <nav
      aria-label="On this page"
      className="section-links sticky top-0 z-10 -mx-3 -mb-8 flex gap-x-5 overflow-x-auto bg-ground px-3 text-sm shadow-[0_1px_0_var(--line)] whitespace-nowrap tablet:-mx-6 tablet:px-6 xl:-mx-8 xl:px-8"
    >
      {sections.map(({ id, link }) => (
        <a
          key={id}
          href={`#${id}`}
          className="inline-flex min-h-11 items-center text-soft underline underline-offset-4 hover:text-ink"
        >
          {link}
        </a>
      ))}
    </nav>
  );
}
