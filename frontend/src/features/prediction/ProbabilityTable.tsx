import { percent } from "./format";

interface ProbabilityTableProps {
  readonly probabilities: readonly number[];
  readonly digit: number;
}

export function ProbabilityTable({ probabilities, digit }: ProbabilityTableProps) {
  return (
    <table className="w-full border-collapse text-[0.9375rem]">
      <caption className="sr-only">Probability of each digit</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Digit</th>
          <th scope="col">Probability</th>
        </tr>
      </thead>
      <tbody>
        {probabilities.map((probability, d) => (
          <tr key={d} className={d === digit ? "font-bold" : ""}>
            <th scope="row" className="w-10 py-0.5 pr-3 text-left font-[inherit]">
              <span className="flex items-center gap-2">
                <span
                  className="size-3 shrink-0 rounded-[3px]"
                  style={{ background: `var(--digit-${d})` }}
                />
                {d}
              </span>
            </th>
            <td className="py-0.5">
              <span className="flex items-center gap-3">
                <span
                  className="h-2 grow overflow-hidden rounded-full bg-line/60"
                  aria-hidden="true"
                >
                  <span
                    className="block h-full rounded-full"
                    style={{ width: `${probability * 100}%`, background: `var(--digit-${d})` }}
                  />
                </span>
                <span className="w-16 text-right whitespace-nowrap">{percent(probability)}</span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
