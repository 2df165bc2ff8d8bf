"""The results as tables: Markdown for files, rich for a terminal."""

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from experiments.data.pictures import ONE_DIGIT
from experiments.reporting.results import Result

NONE: Final = "–"
# heading, whether numbers stand under it
_MAIN: Final = (
    ("rung", False),
    ("adds", False),
    ("test accuracy (95 % interval)", True),
    ("seeds: mean (range)", True),
    ("canvas", True),
    ("parameters", True),
    ("size", True),
    ("a drawing", True),
    ("training", True),
)
_FURTHER: Final = (
    ("rung", False),
    ("macro F1", True),
    ("top 2", True),
    ("log loss", True),
    ("calibration error", True),
    ("sure", True),
    ("right of these", True),
    ("canvas: median writer", True),
    ("worst tenth", True),
    ("multiply-adds", True),
)

_BEYOND: Final = (
    ("rung", False),
    ("two digits: confident", True),
    ("sure", True),
    ("letters: confident", True),
    ("sure", True),
    ("AUROC", True),
    ("numbers", True),
    ("pictures: one digit", True),
    ("several", True),
    ("no digit", True),
)

Columns = Sequence[tuple[str, bool]]
Cells = Sequence[Sequence[str]]
Row = dict[str, str | float | None]  # by column; None is shown as a dash


def main_table(results: Sequence[Result]) -> str:
    """Accuracy and cost, a line a rung, in Markdown."""
    return _markdown(_MAIN, _main_cells(results))


def further_table(results: Sequence[Result]) -> str:
    """What else the reports say, a line a rung, in Markdown."""
    return _markdown(_FURTHER, _further_cells(results))


def beyond_table(results: Sequence[Result]) -> str:
    """What the rungs do with what MNIST does not ask, a line a rung, in Markdown."""
    return _markdown(_BEYOND, _beyond_cells(results))


def sentences(results: Sequence[Result]) -> str:
    """What each step bought, a Markdown list; empty for a single rung."""
    return "\n".join(f"- {result.step.sentence}" for result in results if result.step)


def show(results: Sequence[Result], console: Console) -> None:
    """Tables and sentences on a terminal; elsewhere the same as plain Markdown."""
    if not console.is_terminal:
        for part in (
            main_table(results),
            sentences(results),
            further_table(results),
            beyond_table(results) if _beyond_cells(results) else "",
        ):
            if part:
                console.print(part + "\n", markup=False, soft_wrap=True, highlight=False)
        return
    main, further, beyond = _main_cells(results), _further_cells(results), _beyond_cells(results)
    # narrow enough for 80 columns; what the rungs add is told by `list`
    console.print(_rich("Accuracy", _MAIN, main, (0, 2, 3, 4)))
    console.print(_rich("Cost", _MAIN, main, (0, 5, 6, 7, 8)))
    console.print(_rich("How far to trust it", _FURTHER, further, range(7)))
    console.print(_rich("By writer, and multiply-adds", _FURTHER, further, (0, 7, 8, 9)))
    if beyond:
        console.print(_rich("False certainty", _BEYOND, beyond, range(6)))
        console.print(_rich("Numbers and pictures", _BEYOND, beyond, (0, 6, 7, 8, 9)))
    if len(results) > 1:
        console.print("[bold]What each step bought[/bold]")
        console.print(Markdown(sentences(results)))


def show_one(title: str, columns: Columns, cells: Cells, console: Console) -> None:
    """One table on a terminal; elsewhere the same as plain Markdown."""
    if console.is_terminal:
        console.print(_rich(title, columns, cells, range(len(columns))))
    else:
        text = f"{title}:\n\n{_markdown(columns, cells)}\n"
        console.print(text, markup=False, soft_wrap=True, highlight=False)


def show_rows(title: str, rows: Sequence[Row], console: Console) -> None:
    """Rows with the same keys as one table, with the keys as its headings."""
    columns = [
        (
            key.replace("_percent", " %").replace("_", " "),
            any(isinstance(row[key], int | float) for row in rows),
        )
        for key in (rows[0] if rows else ())
    ]
    show_one(title, columns, [[_cell(value) for value in row.values()] for row in rows], console)


def percent(share: float | None, decimals: int = 2) -> str:
    """92.73 %, or a dash for what was not measured."""
    return NONE if share is None else f"{100 * share:.{decimals}f} %"


def size(count: float) -> str:
    """33 kB, 1.69 MB."""
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def duration(seconds: float) -> str:
    """41 s, 7.5 min."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def latency(microseconds: float) -> str:
    """3.7 µs, 111 µs, 1.2 ms."""
    if microseconds >= 1_000:
        return f"{microseconds / 1_000:.1f} ms"
    return f"{microseconds:.0f} µs" if microseconds >= 10 else f"{microseconds:.1f} µs"


def seed_variance(result: Result) -> str:
    """98.31 % (98.25 – 98.38), or a dash where one training is all there is."""
    found = result.seeds
    if found is None:
        return NONE
    return f"{percent(found.mean)} ({100 * found.lowest:.2f} – {100 * found.highest:.2f})"


def _main_cells(results: Sequence[Result]) -> Cells:
    rows = []
    for result in results:
        low, high = result.report.accuracy_interval
        cost, canvas = result.report.cost, result.report.penstrokes
        rows.append(
            (
                f"`{result.name}`",
                result.metadata.adds,
                f"{percent(result.report.accuracy)} ({100 * low:.2f} – {100 * high:.2f})",
                seed_variance(result),
                percent(canvas.accuracy if canvas else None),
                f"{cost.parameters:,}",
                size(cost.size_bytes),
                latency(cost.median_latency_us),
                duration(cost.training_seconds),
            )
        )
    return rows


def _further_cells(results: Sequence[Result]) -> Cells:
    rows = []
    for result in results:
        report = result.report
        after, canvas = report.calibration.after, report.penstrokes
        rows.append(
            (
                f"`{result.name}`",
                f"{report.macro_f1:.4f}",
                percent(report.top2_accuracy),
                f"{after.negative_log_likelihood:.4f}",
                percent(after.expected_calibration_error),
                percent(report.test_sure.coverage, 1),
                percent(report.test_sure.precision),
                percent(canvas.writer_median if canvas else None, 1),
                percent(canvas.writer_worst_tenth if canvas else None, 1),
                f"{report.cost.multiply_adds:,}",
            )
        )
    return rows


def _beyond_cells(results: Sequence[Result]) -> Cells:
    rows = []
    for result in results:
        beyond = result.report.beyond_mnist
        if beyond is None:  # other classes than MNIST's digits
            continue
        letters, kinds = beyond.letters, {each.kind: each for each in beyond.pictures}
        one_digit = [kinds[kind] for kind in ONE_DIGIT if kind in kinds]
        read = sum(round(kind.n * kind.accuracy) for kind in one_digit)
        n = sum(kind.n for kind in one_digit)
        rows.append(
            (
                f"`{result.name}`",
                percent(beyond.two_digits.confident, 1),
                percent(beyond.two_digits.sure, 1),
                percent(letters.confident if letters else None, 1),
                percent(letters.sure if letters else None, 1),
                f"{letters.auroc:.3f}" if letters and letters.auroc is not None else NONE,
                percent(beyond.numbers.accuracy if beyond.numbers else None, 1),
                f"{read} of {n}" if n else NONE,
                *(
                    f"{round(kinds[kind].n * kinds[kind].accuracy)} of {kinds[kind].n}"
                    if kind in kinds
                    else NONE
                    for kind in ("several", "no_digit")
                ),
            )
        )
    return rows


def _cell(value: str | float | None) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".replace("-", "−")
    return NONE if value is None else str(value)


def _markdown(columns: Columns, rows: Cells) -> str:
    lines = [[heading for heading, _ in columns], ["---:" if n else "---" for _, n in columns]]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (*lines, *rows))


def _rich(title: str, columns: Columns, rows: Cells, chosen: Sequence[int]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.padding = (0, 1, 0, 0)
    for place in chosen:
        heading, is_number = columns[place]
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=not place)
    for cells in rows:
        table.add_row(*(cells[place].replace("`", "") for place in chosen))
    return table
