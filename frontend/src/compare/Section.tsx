import { useId, type ReactNode } from "react";

interface SectionProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the Compare page under its heading. */
export function Section({ title, about, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-12 first:mt-0">
      <h2 id={id} className="text-2xl leading-tight font-semibold">
        {title}
      </h2>
      {about && <p className="mt-1 max-w-[70ch] text-soft">{about}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
