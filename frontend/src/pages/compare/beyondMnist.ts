import type { Report } from "../../shared/api/types";
import { NONE, share } from "../../features/figures/format";
import type { FigureTable } from "../../features/figures/plot";
import type { Reported } from "./comparedModels";

type Beyond = NonNullable<Report["beyond_mnist"]>;

const MADE: readonly { readonly title: string; readonly text: (beyond: Beyond) => string }[] = [
  { title: "Two digits: confident", text: ({ two_digits }) => share(two_digits.confident) },
  { title: "Two digits: sure", text: ({ two_digits }) => share(two_digits.sure) },
  { title: "Letters: confident", text: ({ letters }) => share(letters?.confident ?? null) },
  { title: "Letters: sure", text: ({ letters }) => share(letters?.sure ?? null) },
  { title: "Letters: AUROC", text: ({ letters }) => letters?.auroc?.toFixed(3) ?? NONE },
  { title: "Numbers read", text: ({ numbers }) => share(numbers?.accuracy ?? null) },
];

/** What each rung does with what MNIST does not ask, one row a rung, one column a kind. */
export function beyondTable(reported: readonly Reported[]): FigureTable {
  const kinds = [
    ...new Set(
      reported.flatMap(({ report }) => report.beyond_mnist?.pictures.map(({ kind }) => kind) ?? []),
    ),
  ];
  return {
    columns: ["Rung", ...MADE.map(({ title }) => title), ...kinds.map(pictureTitle)],
    rows: reported.map(({ model, report }) => [
      model.title,
      ...MADE.map(({ text }) => (report.beyond_mnist ? text(report.beyond_mnist) : NONE)),
      ...kinds.map((kind) => {
        const found = report.beyond_mnist?.pictures.find((pictures) => pictures.kind === kind);
        return found ? `${Math.round(found.n * found.accuracy)} of ${found.n}` : NONE;
      }),
    ]),
  };
}

/** "no_digit" is "Pictures: no digit". */
function pictureTitle(kind: string): string {
  return `Pictures: ${kind.replaceAll("_", " ")}`;
}
