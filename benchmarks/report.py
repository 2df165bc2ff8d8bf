"""Sections -> docs/benchmarks.md."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.figure import Figure, Section, shown


def page(conditions: Mapping[str, str], sections: Sequence[Section]) -> str:
    """The whole page in Markdown."""
    goals = [figure for section in sections for figure in section.figures if figure.goal]
    met = sum(not figure.missed for figure in goals)
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; do not edit. Whatever is compared took turns in one run: ratios "
        "are taken within a turn, and each figure is the median over the turns.",
        "",
        *_table(("condition", ""), conditions.items(), align="---"),
        "",
        f"{met} of {len(goals)} goals met.",
    ]
    for section in sections:
        lines += ["", *section_lines(section)]
    return "\n".join(lines) + "\n"


def section_lines(section: Section) -> list[str]:
    """One section: how it was measured, figures beside their goals, the tables behind them."""
    headings = ("figure", "median", "range", "goal", "")
    lines = [f"## {section.title}", "", section.how]
    if section.figures:
        lines += ["", *_table(headings, map(_cells, section.figures))]
    for table in section.tables:
        lines += ["", *_table(table.headings, table.rows)]
    return lines


def _cells(figure: Figure) -> tuple[str, ...]:
    unit, extent, goal, verdict = figure.unit, "", "", ""
    if len(figure.runs) > 1:
        extent = f"{shown(min(figure.runs), unit)} to {shown(max(figure.runs), unit)}"
    if figure.goal:
        bound = "at least" if figure.goal.at_least else "at most"
        goal = f"{bound} {figure.goal.bound:g} {unit}".rstrip()
        verdict = "**missed**" if figure.missed else "met"
    return figure.name, shown(figure.value, unit), extent, goal, verdict


def _table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], align: str = "---:"
) -> list[str]:
    rule = ["---", *([align] * (len(headings) - 1))]
    return [f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows)]
