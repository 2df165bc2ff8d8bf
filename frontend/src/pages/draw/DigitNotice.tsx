import type { TestDigit } from "../../features/testDigits/testDigit";
import type { Loaded } from "../../shared/api/loaded";
import { noun } from "../../shared/lib/classes";
import { LoadNotice } from "../../shared/ui/LoadNotice";
import { Notice } from "../../shared/ui/Notice";

interface DigitNoticeProps {
  /** As the link names it. */
  readonly named: string;
  readonly loaded: Loaded<TestDigit | null>;
}

/** Why the test digit that the link names is not on the field. */
export function DigitNotice({ named, loaded }: DigitNoticeProps) {
  if (loaded.phase !== "loaded") {
    const title = `Test ${noun()} ${named} could not be loaded`;
    return <LoadNotice loaded={loaded} title={title} what="picture" />;
  }
  if (loaded.value) return null; // it is on the field in a moment
  return (
    <Notice title={`There is no picture of a test ${noun()} “${named}”`} tone="warn">
      <p>
        There are pictures of the {noun(2)} that a rung misread when the report was made, and
        examples of all others. The Compare page shows them.
      </p>
    </Notice>
  );
}
