import { useState } from "react";
import { areDigits, classNoun } from "../../shared/lib/classes";
import { Disclosure } from "../../shared/ui/Disclosure";
import { Term } from "../glossary/Term";
import { percent } from "./format";
import type { ComputedBy } from "./prediction";

interface VerdictTipProps {
  /** Null where the server does not say. */
  readonly threshold: number | null;
  /** Null without an answer. */
  readonly by: ComputedBy | null;
}

const WHO: Readonly<Record<ComputedBy, string>> = {
  browser: "Computed in your browser",
  service: "Computed by the service",
};

/** What the verdicts mean, and who answered. */
export function VerdictTip({ threshold, by }: VerdictTipProps) {
  const [isOpen, setIsOpen] = useState(false);
  const least =
    threshold === null
      ? "at least as likely as a threshold"
      : `at least ${percent(threshold)} likely`;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 [&>div]:basis-full">
      <p data-testid="computed-by" className="text-sm text-soft">
        {by && WHO[by]}
      </p>
      <Disclosure title="When is it sure?" about="verdicts" isOpen={isOpen} onOpen={setIsOpen}>
        <p data-testid="verdict-tip" className="mb-2 text-sm text-soft">
          {`“Sure” means ${least}, whichever rung answers${areDigits() ? ", and that the drawing looks enough like a digit, which a separate small network judges for all rungs alike" : ""}.`}{" "}
          How likely a {classNoun()} is comes from the rung’s <Term name="logit">logits</Term> by{" "}
          <Term name="softmax">softmax</Term>, after <Term name="calibration">calibration</Term>.
        </p>
      </Disclosure>
    </div>
  );
}
