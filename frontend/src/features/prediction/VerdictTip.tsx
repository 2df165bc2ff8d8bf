import { useState } from "react";
import { Disclosure } from "../../shared/ui/Disclosure";
import { percent } from "./format";

/** What the verdicts mean; `threshold` is null where the server does not say. */
export function VerdictTip({ threshold }: { threshold: number | null }) {
  const [isOpen, setIsOpen] = useState(false);
  const least =
    threshold === null
      ? "at least as likely as a threshold"
      : `at least ${percent(threshold)} likely`;
  return (
    <Disclosure title="When is it sure?" about="verdicts" isOpen={isOpen} onOpen={setIsOpen}>
      <p data-testid="verdict-tip" className="mb-2 text-sm text-soft">
        {`“Sure” means ${least}, whichever rung answers, and that the drawing looks enough like a digit, which a separate small network judges for all rungs alike.`}
      </p>
    </Disclosure>
  );
}
