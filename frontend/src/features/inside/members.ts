import { strongest } from "../../engine/evidence";
import { nameOfClass } from "../../shared/lib/classes";
import { softmax } from "../../engine/probabilities";

/** What one network of an ensemble says. */
export interface MemberAnswer {
  readonly digit: number;
  readonly probabilities: readonly number[];
}

/** `logits` and `temperatures` by member. */
export function answersOf(
  logits: readonly (readonly number[])[],
  temperatures: readonly number[],
): MemberAnswer[] {
  return logits.map((own, member) => {
    const probabilities = softmax(own.map((logit) => logit / (temperatures[member] ?? 1)));
    return { digit: strongest(probabilities, 1)[0] ?? 0, probabilities };
  });
}

/** Whether the members agree, and the digit on whose probability they differ most. */
export function agreementText(members: readonly MemberAnswer[], percent: (p: number) => string) {
  const digits = members.map(({ digit }) => digit);
  const spreads = (members[0]?.probabilities ?? []).map((_, digit) => {
    const each = members.map(({ probabilities }) => probabilities[digit] ?? 0);
    return Math.max(...each) - Math.min(...each);
  });
  const [widest = 0] = strongest(spreads, 1);
  const each = members.map(({ probabilities }) => probabilities[widest] ?? 0);
  const range = `from ${percent(Math.min(...each))} to ${percent(Math.max(...each))}`;
  const differ = `They differ most on ${nameOfClass(widest)}: ${range}.`;
  if (new Set(digits).size === 1)
    return `All ${digits.length} members say ${nameOfClass(digits[0] ?? 0)}. ${differ}`;
  const said = digits
    .map((digit, member) => `member ${member + 1} says ${nameOfClass(digit)}`)
    .join(", ");
  return `They disagree: ${said}. ${differ}`;
}
