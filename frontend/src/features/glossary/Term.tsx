import type { ReactNode } from "react";
import { useUrlState } from "../../shared/lib/useUrlState";
import { StateLink } from "../../shared/ui/StateLink";
import type { TermName } from "./glossary";

interface TermProps {
  readonly name: TermName;
  /** The word as it stands in the sentence. */
  readonly children: ReactNode;
}

/** A word in a sentence that leads to the glossary; Back leads back, and the drawing stays. */
export function Term({ name, children }: TermProps) {
  const [url, changeUrl] = useUrlState();
  return (
    <StateLink
      url={url}
      change={{ view: "glossary", term: name }}
      changeUrl={changeUrl}
      className="underline decoration-dotted underline-offset-4 hover:text-ink"
    >
      {children}
    </StateLink>
  );
}
