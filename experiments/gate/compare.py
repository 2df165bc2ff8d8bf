"""The shipped gate and simpler ways, measured on the same digits and letters of people's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from experiments.console import Reporter
from experiments.data.penstrokes import (
    CHARACTERS_FILE,
    canvas_fields,
    load_penstrokes,
    load_writings,
)
from experiments.gate.alternatives import Fields, Way
from experiments.gate.measure import CLEAR, SEED, auroc, share_accepted
from experiments.reporting import tables

DIGITS: Final = 3_000
_COLUMNS: Final = (
    ("way", False),
    ("AUROC", True),
    ("letters accepted where 95 % of digits are", True),
    ("where 99.5 % are", True),
)


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """What the engine makes of people's digits and clear letters; `blank` (n,) marks no field."""

    fields: Fields
    blank: NDArray[np.bool_]
    is_digit: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Compared:
    """How well one way tells digits from letters, in shares of 0..1."""

    way: str
    auroc: float
    accepted_at_95: float
    accepted_at_995: float


def load_people(data_dir: Path, reporter: Reporter, digits: int = DIGITS) -> People:
    """`digits` of the recorded digits and all clear letters, drawn as the gate's report draws them.

    Raises PenStrokesAbsentError without the recordings.
    """
    drawings = load_penstrokes(data_dir)
    clear = [w for w in load_writings(data_dir, CHARACTERS_FILE) if w.label in CLEAR]
    order = np.random.default_rng(SEED).permutation(len(drawings))[:digits]
    reporter.say(f"Drawing {len(order):,} digits and {len(clear):,} clear letters")
    images, blank = canvas_fields([*(drawings[i] for i in order), *clear], SEED)
    return People(images[..., 0], blank, np.arange(len(images)) < len(order))


def compare(ways: Mapping[str, Way], people: People, reporter: Reporter) -> list[Compared]:
    """Each way's figures; a blank drawing is less like a digit than any field."""
    found = []
    for name, way in ways.items():
        reporter.say(f"Scoring by {name}")
        scores = way(people.fields)
        scores = np.where(people.blank, scores.min() - 1, scores)
        digits, letters = scores[people.is_digit], scores[~people.is_digit]
        at_95, at_995 = (share_accepted(digits, letters, refused) for refused in (0.05, 0.005))
        found.append(Compared(name, auroc(digits, letters), at_95, at_995))
    return found


def show(compared: Sequence[Compared], console: Console) -> None:
    """A line a way: rich on a terminal, elsewhere Markdown."""
    cells = [
        (
            row.way,
            f"{row.auroc:.4f}",
            tables.percent(row.accepted_at_95, 1),
            tables.percent(row.accepted_at_995, 1),
        )
        for row in compared
    ]
    tables.show_one("Ways to tell digits from letters", _COLUMNS, cells, console)
