"""What a measure finds: figures beside their goals, and the tables behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import median
from typing import Final


@dataclass(frozen=True)
class Goal:
    """A bound, inclusive."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether `value` keeps the bound; NaN does not."""
        return value >= self.bound if self.at_least else value <= self.bound


def at_least(bound: float) -> Goal:
    """More is better."""
    return Goal(bound, at_least=True)


def at_most(bound: float) -> Goal:
    """Less is better."""
    return Goal(bound)


@dataclass(frozen=True)
class Figure:
    """A quantity as each of the repeated runs found it; its median is held against the goal."""

    name: str
    runs: Sequence[float]
    unit: str
    goal: Goal | None = None

    @property
    def value(self) -> float:
        """The median of the runs."""
        return median(self.runs)

    @property
    def missed(self) -> bool:
        """Whether there is a goal and the median fails it."""
        return self.goal is not None and not self.goal.met(self.value)


def failures(count: int) -> Figure:
    """How many requests failed, of which none should."""
    return Figure("failed requests", [count], "", at_most(0))


@dataclass(frozen=True)
class Table:
    """Cells as they are printed, the first column left-aligned and the others right-aligned."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """What one measure found, and how."""

    title: str
    how: str
    figures: Sequence[Figure]
    tables: Sequence[Table] = ()


# decimals by unit: more would only show noise
_DECIMALS: Final = {"ms": 2, "s": 2, "min": 1, "MB": 1, "%": 1}


def shown(value: float, unit: str) -> str:
    """The value with its unit and no more digits than are meaningful; a dash for NaN."""
    if isnan(value):
        return "–"
    if unit == "×":
        return f"{value:.2f}×" if value < 10 else f"{value:,.0f}×"
    return f"{value:,.{_DECIMALS.get(unit, 0)}f} {unit}".rstrip()


def shown_median(values: Sequence[float], unit: str) -> str:
    """The median of the values with its unit, without those that are NaN."""
    numbers = [value for value in values if not isnan(value)]
    return shown(median(numbers) if numbers else nan, unit)
