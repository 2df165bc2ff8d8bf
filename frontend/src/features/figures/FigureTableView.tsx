import { useState } from "react";
import { tabSeparated, type FigureTable } from "./plot";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";

interface FigureTableViewProps {
  readonly title: string;
  readonly table: FigureTable;
}

/** The figures behind a plot as a table, with a button that copies them for a spreadsheet. */
export function FigureTableView({ title, table }: FigureTableViewProps) {
  const [first, ...columns] = table.columns;
  return (
    <>
      <CopyButton text={tabSeparated(table)} />
      <ScrollRegion label={`Figures: ${title}`} className="mt-2 max-h-96 border-t border-line">
        <table className="border-collapse text-sm">
          <caption className="sr-only">{title}</caption>
          <thead>
            <tr className="align-bottom">
              <th scope="col" className="py-1.5 pr-4 text-left font-semibold">
                {first}
              </th>
              {columns.map((column) => (
                <th key={column} scope="col" className="px-2 py-1.5 text-right font-semibold">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([heading, ...cells]) => (
              <tr key={heading} className="border-t border-line">
                <th scope="row" className="py-1 pr-4 text-left font-medium whitespace-nowrap">
                  {heading}
                </th>
                {cells.map((cell, i) => (
                  <td key={i} className="px-2 py-1 text-right">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}

function CopyButton({ text }: { text: string }) {
  const [outcome, setOutcome] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("Copied; paste it into a spreadsheet.");
    } catch {
      // only a page loaded over https may write to the clipboard
      setOutcome("The browser does not allow copying here: select the table and copy it.");
    }
  };
  return (
    <p className="flex flex-wrap items-center gap-3 text-sm text-soft">
      <button type="button" className="button" onClick={() => void copy()}>
        Copy the figures
      </button>
      <span role="status">{outcome}</span>
    </p>
  );
}
