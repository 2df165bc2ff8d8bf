"""What a measure finds: figures beside their goals, and a table behind them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Goal:
    """A bound, included."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether `value` keeps the bound; a value that is no number does not."""
        return value >= self.bound if self.at_least else value <= self.bound


def at_least(bound: float) -> Goal:
    """More is better."""
    return Goal(bound, at_least=True)


def at_most(bound: float) -> Goal:
    """Less is better."""
    return Goal(bound)


NO_FAILURES: Final = at_most(0)


@dataclass(frozen=True)
class Figure:
    """One number of the page; `note` says what it depends on."""

    what: str
    value: float
    unit: str
    goal: Goal | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether there is a goal and the value fails it."""
        return self.goal is not None and not self.goal.met(self.value)


@dataclass(frozen=True)
class Table:
    """Cells as they are to be read, the first column left, the others right."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """What one measure found, and how."""

    title: str
    how: str
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = field(default=())


# decimals by unit: what is left of the noise
_DECIMALS: Final = {"ms": 2, "s": 2, "MB": 1, "%": 1}


def shown(value: float, unit: str) -> str:
    """The value with its unit and no more digits than it deserves."""
    if unit == "×":
        return f"{value:.2f}×" if value < 10 else f"{value:,.0f}×"
    return f"{value:,.{_DECIMALS.get(unit, 0)}f} {unit}".rstrip()
