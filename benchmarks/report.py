"""Sections -> docs/benchmarks.md."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.figure import Figure, Goal, Section, Table, shown


def page(conditions: Mapping[str, str], sections: Sequence[Section]) -> str:
    """The whole page in Markdown."""
    figures = [figure for section in sections for figure in section.figures]
    goals = [figure for figure in figures if figure.goal]
    missed = [figure for figure in goals if figure.missed]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; do not edit. Ratios are taken within one run.",
        "",
        *_table(("condition", ""), conditions.items(), numbers=False),
        "",
        f"{len(goals) - len(missed)} of {len(goals)} goals met.",
    ]
    for section in sections:
        lines += ["", *section_lines(section)]
    return "\n".join(lines) + "\n"


def section_lines(section: Section) -> list[str]:
    """One section: how it was measured, figures beside their goals, the tables behind them."""
    lines = [f"## {section.title}", "", section.how]
    if section.figures:
        lines += ["", *_table(("figure", "", "goal", ""), map(_cells, section.figures))]
    for table in section.tables:
        lines += ["", *_markdown(table)]
    return lines


def _cells(figure: Figure) -> tuple[str, ...]:
    what = figure.what + (f" ({figure.note})" if figure.note else "")
    if figure.goal is None:
        return what, shown(figure.value, figure.unit), "", ""
    verdict = "**missed**" if figure.missed else "met"
    return what, shown(figure.value, figure.unit), _bound(figure.goal, figure.unit), verdict


def _bound(goal: Goal, unit: str) -> str:
    return f"{'at least' if goal.at_least else 'at most'} {goal.bound:g} {unit}".rstrip()


def _markdown(table: Table) -> list[str]:
    return _table(table.headings, table.rows)


def _table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True
) -> list[str]:
    rule = ["---", *(["---:" if numbers else "---"] * (len(headings) - 1))]
    return [f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows)]
