"""The digits behind the figures: confusion matrices that link to galleries of the digits."""

import base64
from collections.abc import Iterable, Sequence

import numpy as np

from experiments.report_page.markup import code
from experiments.reporting.results import Result
from experiments.reporting.sprites import COLUMNS, SIZE_PX, Sheet

DIGITS = range(10)
# of the digits that a step fixes, so many are shown
GALLERY_LIMIT = 60


class Gallery:
    """Shows test digits out of the sheet, which the page holds once as its CSS background."""

    def __init__(self, sheet: Sheet) -> None:
        self._place = {index: place for place, index in enumerate(sheet.indices)}
        rows = -(-len(sheet.indices) // COLUMNS)
        data = base64.b64encode(sheet.png).decode("ascii")
        self.style = (
            f".d{{background-image:url(data:image/png;base64,{data});"
            f"background-size:{COLUMNS * SIZE_PX}px {rows * SIZE_PX}px}}"
        )

    def show(self, indices: Iterable[int], label: int, read: str) -> str:
        """The digits at `indices`, each with its number as a tooltip; all of them one picture."""
        indices = list(indices)
        cells = "".join(self._cell(index) for index in indices)
        told = f"{len(indices)} test digits that are {label}, {read}"
        return f'<span class="digits" role="img" aria-label="{told}">{cells}</span>'

    def _cell(self, index: int) -> str:
        row, column = divmod(self._place[index], COLUMNS)
        x, y = -column * SIZE_PX, -row * SIZE_PX
        return f'<i class="d" title="{index}" style="background-position:{x}px {y}px"></i>'


def confusion_matrix(result: Result) -> str:
    """Rows are the true digits, columns those read; an error links to its digits."""
    matrix = result.report.confusion_matrix
    most = max((matrix[t][r] for t in DIGITS for r in DIGITS if t != r), default=0)
    head = "".join(f'<th scope="col">{digit}</th>' for digit in DIGITS)
    lines = []
    for true in DIGITS:
        cells = []
        for read in DIGITS:
            count = matrix[true][read]
            if true == read:
                cells.append(f'<td class="right">{count:,}</td>')
            elif count:
                share = round(100 * (count / most) ** 0.5)
                cells.append(
                    f'<td class="wrong" style="--heat-share:{share}%">'
                    f'<a href="#{_anchor(result, true, read)}" '
                    f'aria-label="{count} digits {true} read as {read}: show them">{count}</a></td>'
                )
            else:
                cells.append("<td>·</td>")
        lines.append(f'<tr><th scope="row">{true}</th>{"".join(cells)}</tr>')
    name = code(f"`{result.name}`")
    return (
        '<div class="scroll" role="region" tabindex="0" '
        f'aria-label="Confusion matrix of {result.name}">'
        f'<table class="confusion"><caption>{name}: {_count(result)} misread; a row is the '
        f"digit, a column what was read</caption><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def misread_digits(result: Result, gallery: Gallery) -> str:
    """Every misread digit of a rung, by what it is and what was read."""
    labels, read = result.predictions.labels, result.predictions.digits
    groups = []
    for true in DIGITS:
        for wrong in DIGITS:
            found = np.flatnonzero((labels == true) & (read == wrong)).tolist()
            if true != wrong and found:
                shown = gallery.show(found, true, f"read as {wrong}")
                groups.append(
                    f'<div class="group" id="{_anchor(result, true, wrong)}">'
                    f"<b>{true} read as {wrong}</b>{shown}</div>"
                )
    return (
        f'<details class="gallery"><summary>{code(f"`{result.name}`")}: {_count(result)} misread '
        f"digits</summary>{''.join(groups)}</details>"
    )


def changed_digits(result: Result, gallery: Gallery) -> str:
    """What a step fixes and breaks, folded away; nothing for the lowest rung."""
    if result.step is None:
        return ""
    found = result.step.comparison
    return _changed(
        "Fixed", "read wrongly below and rightly here", found.fixed.tolist(), result, gallery
    ) + _changed(
        "Broken", "read rightly below and wrongly here", found.broken.tolist(), result, gallery
    )


def _changed(
    word: str, meaning: str, indices: Sequence[int], result: Result, gallery: Gallery
) -> str:
    if not indices:
        return ""
    # evenly over all of them, so that those shown are like those left out
    step = max(1.0, len(indices) / GALLERY_LIMIT)
    shown = [indices[int(step * at)] for at in range(min(len(indices), GALLERY_LIMIT))]
    labels = result.predictions.labels
    groups = []
    for digit in DIGITS:
        of_digit = [index for index in shown if labels[index] == digit]
        if of_digit:
            groups.append(
                f'<div class="group"><b>{digit}</b>{gallery.show(of_digit, digit, meaning)}</div>'
            )
    told = (
        f"{len(indices):,}" if len(shown) == len(indices) else f"{len(shown)} of {len(indices):,}"
    )
    return f'<details class="gallery"><summary>{word}: {told}</summary>{"".join(groups)}</details>'


def _anchor(result: Result, true: int, read: int) -> str:
    return f"{result.name}-{true}-{read}"


def _count(result: Result) -> str:
    wrong = int((result.predictions.labels != result.predictions.digits).sum())
    return f"{wrong:,}"
