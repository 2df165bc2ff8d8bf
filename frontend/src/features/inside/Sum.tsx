import { roundedTerms, type EvidenceSum } from "../../engine/evidence";
import { plain, signed } from "./numbers";

interface SumProps {
  readonly sum: EvidenceSum;
  /** What the positive and the negative amounts speak for. */
  readonly pro: string;
  readonly contra: string;
  readonly constant: string;
  readonly total: string;
  /** The total as it is printed; it may differ from the sum's by rounding. */
  readonly printed: number;
}

/** A sum as it is written by hand; what is printed adds up. */
export function Sum({ sum, pro, contra, constant, total, printed }: SumProps) {
  const [plus = 0, minus = 0, rest = 0] = roundedTerms(
    [sum.for, sum.against, sum.constant],
    printed,
  );
  const rows: readonly (readonly [name: string, value: string, className: string])[] = [
    [pro, signed(plus), "bg-(--for)"],
    [contra, signed(minus), "bg-(--against)"],
    [constant, signed(rest), ""],
  ];
  return (
    <table data-testid="sum" className="mt-2 w-full text-sm">
      <tbody>
        {rows.map(([name, value, className]) => (
          <tr key={name}>
            <th scope="row" className="py-0.5 pr-2 text-left font-normal text-soft">
              <span
                className={`mr-1.5 inline-block size-2.5 shows-data rounded-[3px] ${className}`}
                aria-hidden="true"
              />
              {name}
            </th>
            <td className="text-right whitespace-nowrap">{value}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr className="border-t border-edge font-semibold">
          <th scope="row" className="py-0.5 pr-2 text-left">
            = {total}
          </th>
          <td data-testid="total" className="text-right whitespace-nowrap">
            {plain(printed)}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
