import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import type { GateLine } from "./admin";

const VERDICTS = { passed: "Passed", failed: "Failed", not_measured: "Not measured" } as const;
const COLOURS = { passed: "text-accent", failed: "text-warn", not_measured: "text-soft" } as const;

interface GateTableProps {
  readonly title: string;
  readonly lines: readonly GateLine[];
}

/** Every line of a gate's report with its figures. */
export function GateTable({ title, lines }: GateTableProps) {
  return (
    <ScrollRegion label={`Gate report: ${title}`} className="mt-2">
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left">
            {["Line", "Verdict", "Served", "Candidate", "Figure", "Bound", "In words"].map(
              (head) => (
                <th key={head} scope="col" className="py-1.5 pr-4 font-semibold">
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name} data-testid="gate-line" className="border-b border-line align-top">
              <th scope="row" className="py-1.5 pr-4 text-left font-medium">
                {line.title}
              </th>
              <td className={`py-1.5 pr-4 font-semibold ${COLOURS[line.verdict]}`}>
                {VERDICTS[line.verdict]}
              </td>
              {[line.champion, line.challenger, line.figure, line.bound].map((figure, i) => (
                <td key={i} className="py-1.5 pr-4">
                  {figureText(figure)}
                </td>
              ))}
              <td className="min-w-56 py-1.5 text-soft">{line.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Lines have units of their own, which their words tell; a share needs four digits. */
function figureText(figure: number | null | undefined): string {
  return figure == null ? "–" : Number(figure.toPrecision(4)).toLocaleString("en", DIGITS);
}

const DIGITS = { maximumFractionDigits: 6 };
