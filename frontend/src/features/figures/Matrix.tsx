import { memo, useRef, useState, type KeyboardEvent } from "react";
import { areShort, nameOfClass, useClassNames } from "../../shared/lib/classes";
import { cellAfterKey, cellText, heat, isSameCell, writeCell, type Cell } from "./cells";

interface MatrixProps {
  readonly model: { readonly title: string };
  readonly counts: readonly (readonly number[])[];
  /** The count at the end of the colour scale. */
  readonly most: number;
  readonly chosen: Cell | null;
  readonly onChoose: (cell: Cell) => void;
}

/** A confusion matrix whose cells are buttons, one of them in the Tab order. */
export const Matrix = memo(function Matrix({ model, counts, most, chosen, onChoose }: MatrixProps) {
  const names = useClassNames();
  const classes = [...counts.keys()];
  const [reached, setReached] = useState<Cell | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const tabStop = reached ?? chosen ?? { label: 0, read: 0 };

  const onKeyDown = (event: KeyboardEvent) => {
    const next = cellAfterKey(tabStop, event.key, event.ctrlKey || event.metaKey);
    if (!next) return;
    event.preventDefault();
    setReached(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${writeCell(next)}"]`)?.focus();
  };

  const table = (
    <table
      ref={grid}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a grid is a table whose cells take the focus
      role="grid"
      aria-label={`Confusion matrix of ${model.title}`}
      className="w-full table-fixed border-separate border-spacing-px text-[0.6875rem] sm:text-xs"
      {...(names.length > 12 ? { style: { minWidth: `${4.5 + 1.75 * names.length}rem` } } : {})}
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr>
          <td className={areShort() ? "w-4" : "w-18"} />
          {classes.map((read) => (
            <th
              key={read}
              scope="col"
              title={nameOfClass(read)}
              className="overflow-hidden pb-1 font-semibold text-ellipsis whitespace-nowrap text-soft"
            >
              <span className="sr-only">read as </span>
              {nameOfClass(read)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {classes.map((label) => (
          <tr key={label}>
            <th
              scope="row"
              title={nameOfClass(label)}
              className={`overflow-hidden font-semibold text-ellipsis whitespace-nowrap text-soft ${areShort() ? "" : "pr-1 text-right"}`}
            >
              {nameOfClass(label)}
            </th>
            {classes.map((read) => {
              const cell = { label, read };
              const n = counts[label]?.[read] ?? 0;
              const warmth = Math.round(heat(n, most) * 100);
              const looks =
                label === read ? "bg-wash text-soft" : "bg-paper text-ink hover:border-edge";
              return (
                <td key={read} role="gridcell" className="p-0">
                  <button
                    type="button"
                    data-cell={writeCell(cell)}
                    aria-label={cellText(cell, n)}
                    aria-pressed={isSameCell(cell, chosen)}
                    tabIndex={isSameCell(cell, tabStop) ? 0 : -1}
                    className={`shows-data block h-7 w-full cursor-pointer rounded-sm border border-transparent p-0 leading-none tracking-tighter focus-visible:relative aria-pressed:relative aria-pressed:outline-2 aria-pressed:outline-ink sm:h-8 ${looks}`}
                    {...(label !== read && n > 0
                      ? {
                          style: {
                            background: `color-mix(in oklab, var(--heat) ${warmth}%, var(--paper))`,
                          },
                        }
                      : {})}
                    onFocus={() => {
                      setReached(cell);
                    }}
                    onClick={() => {
                      onChoose(cell);
                    }}
                  >
                    {n === 0 ? "" : n}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
  // cells of many classes would be too narrow to press
  return names.length <= 12 ? table : <div className="overflow-x-auto">{table}</div>;
});
