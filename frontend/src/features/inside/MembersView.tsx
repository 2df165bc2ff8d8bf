import type { ReactNode } from "react";
import { percent } from "../prediction/format";
import { nameOfClass } from "../../shared/lib/classes";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { Term } from "../glossary/Term";
import { agreementText, type MemberAnswer } from "./members";
import { View } from "./View";

const MEAN = "Their mean";

interface MembersViewProps {
  readonly members: readonly MemberAnswer[];
  readonly children: ReactNode;
}

/** What the networks of an ensemble say, and where they disagree. */
export function MembersView({ members, children }: MembersViewProps) {
  const digits = [...(members[0]?.probabilities.keys() ?? [])];
  const mean = digits.map(
    (digit) =>
      members.reduce((sum, { probabilities }) => sum + (probabilities[digit] ?? 0), 0) /
      members.length,
  );
  const rows = [
    ...members.map(({ digit, probabilities }, i) => ({
      name: `Member ${i + 1}`,
      digit,
      probabilities,
    })),
    { name: MEAN, digit: mean.indexOf(Math.max(...mean)), probabilities: mean },
  ];
  return (
    <View
      title="Its members, and where they disagree"
      about={
        <>
          The same network was trained {members.length} times, each time from another random start,
          and the mean of their <Term name="softmax">probabilities</Term> is the answer. Where one
          is wrong alone, the others outvote it.
        </>
      }
      source="Hansen, Salamon, “Neural network ensembles”, IEEE PAMI 12, 1990, section II"
    >
      <p data-testid="members" className="mb-2 font-semibold">
        {agreementText(members, percent)}
      </p>
      <ScrollRegion label="The probabilities of each member">
        <table className="w-full border-separate border-spacing-px text-[0.6875rem] @2xl:text-xs">
          <thead>
            <tr>
              <td />
              {digits.map((digit) => (
                <th key={digit} scope="col" className="font-semibold text-soft">
                  {nameOfClass(digit)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, digit: said, probabilities }) => (
              <tr key={name}>
                <th scope="row" className="pr-1 text-left font-normal whitespace-nowrap text-soft">
                  {name === MEAN ? (
                    <>
                      {name}, before <Term name="calibration">calibration</Term>
                    </>
                  ) : (
                    name
                  )}
                </th>
                {digits.map((digit) => (
                  <td
                    key={digit}
                    className={`shows-data min-w-10 py-1.5 text-center ${digit === said ? "font-bold" : ""}`}
                    style={{
                      background: `color-mix(in oklab, var(--for) ${Math.round(45 * (probabilities[digit] ?? 0))}%, var(--paper))`,
                    }}
                  >
                    {percent(probabilities[digit] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {children}
    </View>
  );
}
