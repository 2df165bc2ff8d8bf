import type { ReactNode } from "react";
import { SECTIONS, type SectionName } from "./sections";

interface SectionProps {
  readonly name: SectionName;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

/** A section of the Compare page. */
export function Section({ name, about, children }: SectionProps) {
  const { id, title } = SECTIONS[name];
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

/** Links to the sections, which lie far apart on a phone. */
export function SectionLinks() {
  return (
    <nav aria-label="On this page" className="-mb-8 flex flex-wrap gap-x-5 text-sm">
      {Object.values(SECTIONS).map(({ id, link }) => (
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
