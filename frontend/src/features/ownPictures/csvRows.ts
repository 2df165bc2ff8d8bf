/** A row of a CSV file, and the number of the line on which it ends. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows of CSV (RFC 4180), separated by comma, semicolon or tab as the first line is. */
export function* csvRows(text: string): Generator<CsvRow> {
  const [first = ""] = text.split("\n", 1);
  const delimiter = [",", ";", "\t"].find((mark) => first.includes(mark)) ?? ",";
  let [cells, cell, line]: [string[], string, number] = [[], "", 1];
  let isQuoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i] ?? "";
    if (letter === "\n") line += 1;
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else isQuoted = false;
    } else if (letter === '"' && cell === "") isQuoted = true;
    else if (letter === delimiter) {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n") {
      yield { line: line - 1, cells: [...cells, cell] };
      [cells, cell] = [[], ""];
    } else if (letter !== "\r") cell += letter;
  }
  if (cell !== "" || cells.length > 0) yield { line, cells: [...cells, cell] };
}
