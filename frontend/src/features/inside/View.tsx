import { useId, type ReactNode } from "react";

interface ViewProps {
  readonly title: string;
  /** Two sentences that a pupil understands. */
  readonly about: ReactNode;
  /** Paper and section. */
  readonly source: string;
  readonly children: ReactNode;
}

/** One way of looking inside a rung. */
export function View({ title, about, source, children }: ViewProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="@container min-w-0">
      <h3 id={id} className="text-xl leading-tight font-semibold">
        {title}
      </h3>
      <p className="mt-1 max-w-[65ch] text-soft">{about}</p>
      <div className="mt-3">{children}</div>
      <p className="mt-2 text-xs text-soft">Source: {source}</p>
    </section>
  );
}
