"""Two rungs on the same digits: is the difference real, and which digits make it?

Both rungs read the same test digits, so the figures are paired: only the digits that one reads
right and the other wrong tell the two apart.
"""

import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.model_folder.errors import BrokenModelError

PREDICTIONS_FILE: Final = "predictions.npz"
# the 97.5 % point of the normal distribution: intervals hold 95 %
Z_95: Final = 1.959963984540054
# the 95 % point: each end of such an interval holds 95 % by itself
Z_ONE_SIDED_95: Final = 1.6448536269514722


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the test digits are, and what a rung reads: both uint8 (n,), classes, in test order.

    `test_sha256` says which pictures they are, as the metadata has it.
    """

    labels: NDArray[np.uint8]
    digits: NDArray[np.uint8]
    test_sha256: Mapping[str, str] = field(default_factory=dict)

    @property
    def accuracy(self) -> float:
        """The share of digits that are read rightly."""
        return float(np.mean(self.digits == self.labels))


@dataclass(frozen=True)
class PairedFigures:
    """Rung b against rung a on the same n digits; shares and their difference are in 0..1.

    `difference` is b - a, with its paired 95 % interval (Newcombe 1998, method 10). `p_value` is
    that of the exact two-sided McNemar test; 1 where the two never differ.
    """

    n: int
    accuracy_a: float
    accuracy_b: float
    difference: float
    difference_interval: tuple[float, float]
    p_value: float


@dataclass(frozen=True, eq=False)
class Comparison(PairedFigures):
    """Figures, and the digits behind them.

    `fixed` holds the indices that a reads wrong and b right, `broken` those the other way round,
    ascending.
    """

    fixed: NDArray[np.int64]
    broken: NDArray[np.int64]


def read_predictions(folder: Path) -> Predictions:
    """The predictions of a model folder, from its predictions.npz.

    Raises:
        BrokenModelError: there is no such file, or it does not hold labels (n,) and finite logits
            (n, classes).
    """
    path = folder / PREDICTIONS_FILE
    try:
        # opened here, because NumPy leaves a damaged file open
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            labels, logits = arrays["labels"], arrays["logits"]
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise BrokenModelError(f"{path}: expected labels and logits ({error})") from error
    if labels.dtype != np.uint8 or labels.ndim != 1 or logits.shape[:-1] != labels.shape:
        raise BrokenModelError(
            f"{path}: expected uint8 labels (n,) and logits (n, classes), "
            f"got {labels.dtype} {labels.shape} and {logits.shape}"
        )
    classes = logits.shape[-1]
    if not labels.size or labels.max() >= classes or not np.isfinite(logits).all():
        raise BrokenModelError(f"{path}: expected labels from 0 to {classes - 1} and finite logits")
    return Predictions(labels, logits.argmax(axis=-1).astype(np.uint8))


def check_same_pictures(a: Predictions, b: Predictions) -> None:
    """Predictions can be paired.

    Raises:
        BrokenModelError: they are of different pictures.
    """
    if a.test_sha256 != b.test_sha256:
        raise BrokenModelError(
            "expected predictions of the same pictures, but the two rungs were tested on different "
            "ones: train one of them again"
        )
    if not np.array_equal(a.labels, b.labels):
        raise BrokenModelError(
            "expected predictions of the same digits, got labels that differ "
            f"({len(a.labels):,} and {len(b.labels):,} digits)"
        )


def compare(a: Predictions, b: Predictions) -> Comparison:
    """What b reads better and worse than a.

    Raises:
        BrokenModelError: as check_same_pictures.
    """
    check_same_pictures(a, b)
    right_a, right_b = a.digits == a.labels, b.digits == b.labels
    fixed, broken = np.flatnonzero(~right_a & right_b), np.flatnonzero(right_a & ~right_b)
    both, neither = int(np.sum(right_a & right_b)), int(np.sum(~right_a & ~right_b))
    figures = paired_figures(both, len(fixed), len(broken), neither)
    return Comparison(**asdict(figures), fixed=fixed, broken=broken)


def paired_figures(both: int, fixed: int, broken: int, neither: int) -> PairedFigures:
    """The figures, from how many digits both, only b, only a and neither rung read right.

    Raises:
        ValueError: there are no digits.
    """
    n = both + fixed + broken + neither
    if n < 1:
        raise ValueError("expected at least one digit, got none")
    return PairedFigures(
        n=n,
        accuracy_a=(both + broken) / n,
        accuracy_b=(both + fixed) / n,
        difference=(fixed - broken) / n,
        difference_interval=paired_interval(both, fixed, broken, neither),
        p_value=mcnemar(fixed, broken),
    )


def mcnemar(fixed: int, broken: int) -> float:
    """Two-sided p value of the exact McNemar test, given the digits on which two rungs differ.

    Where neither is better, each of those is a fair coin: twice the smaller binomial tail, at
    most 1. Source: McNemar, Psychometrika 12 (1947); the exact form is the sign test.
    """
    tail, tosses = _tail(min(fixed, broken), fixed + broken)
    # whole numbers divide to the nearest float, also where neither fits into one
    return min(1.0, 2 * tail / (1 << tosses))


def mcnemar_gain(fixed: int, broken: int) -> float:
    """One-sided p value of the exact McNemar test that the second rung reads no better."""
    tail, tosses = _tail(broken, fixed + broken)
    return tail / (1 << tosses)


def _tail(most: int, tosses: int) -> tuple[int, int]:
    """In how many of the 2^`tosses` ways heads come up at most `most` times; and `tosses`."""
    term = tail = 1  # binomial coefficients as whole numbers: exact, however many tosses
    for k in range(most):
        term = term * (tosses - k) // (k + 1)
        tail += term
    return tail, tosses


def paired_interval(
    both: int, fixed: int, broken: int, neither: int, z: float = Z_95
) -> tuple[float, float]:
    """95 % interval of (fixed - broken) / n, the difference of two paired shares.

    Another `z` gives another one.
    The arguments count the digits that both, only the second, only the first and neither rung
    read right. Source: Newcombe, "Improved confidence intervals for the difference between
    binomial proportions based on paired data", Statistics in Medicine 17 (1998), 2635-2650,
    method 10: Wilson's intervals of the two shares, squared and added, with their correlation.
    """
    n = both + fixed + broken + neither
    second, first = both + fixed, both + broken
    low_2, high_2 = wilson_interval(second, n, z)
    low_1, high_1 = wilson_interval(first, n, z)
    down_2, up_2 = second / n - low_2, high_2 - second / n
    down_1, up_1 = first / n - low_1, high_1 - first / n

    covariance = float(both * neither - fixed * broken)
    if covariance > 0:
        covariance = max(covariance - n / 2, 0.0)  # the paper's continuity correction
    margins = second * (n - second) * first * (n - first)
    phi = covariance / math.sqrt(margins) if margins else 0.0

    difference = (fixed - broken) / n
    # max: rounding may leave a hair below zero
    down = math.sqrt(max(0.0, down_2**2 - 2 * phi * down_2 * up_1 + up_1**2))
    up = math.sqrt(max(0.0, up_2**2 - 2 * phi * up_2 * down_1 + down_1**2))
    return difference - down, difference + up


def wilson_interval(correct: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, JASA 22, 1927), or that of another `z`.

    Raises:
        ValueError: not 0 <= correct <= total, or a total of 0.
    """
    if not 0 <= correct <= total or total < 1:
        raise ValueError(f"expected 0 <= correct <= total, total > 0, got {correct} of {total}")
    z2 = z**2
    middle = (correct + z2 / 2) / (total + z2)
    half = z / (total + z2) * math.sqrt(correct * (total - correct) / total + z2 / 4)
    # the ends are exact, whatever the rounding
    low = 0.0 if correct == 0 else middle - half
    high = 1.0 if correct == total else middle + half
    return low, high


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values, in the given order: together at most 5 % false alarms below 0.05.

    Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
    of Statistics 6 (1979).
    """
    adjusted = [0.0] * len(p_values)
    reached = 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        reached = max(reached, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = reached
    return adjusted


def sentence(
    below: str, above: str, found: Comparison, p_value: float, pictures: str = "digits"
) -> str:
    """What the step from rung `below` to rung `above` bought, in Markdown, with its figures.

    `p_value` is the one to show: adjusted, where several steps are told at once. `pictures` is
    what the test split consists of.
    """
    fixed, broken = len(found.fixed), len(found.broken)
    gained = fixed - broken
    low, high = (100 * end for end in found.difference_interval)
    if gained == 0:
        reads = f"reads as many of {found.n:,} {pictures} as `{below}`"
    else:
        reads = (
            f"reads {abs(gained):,} of {found.n:,} {pictures} "
            f"{'more' if gained > 0 else 'fewer'} than `{below}`"
        )
    told = "" if p_value < 0.05 else ": this test does not tell the two trainings apart"
    return (
        f"`{above}` {reads}: {signed(100 * found.difference)} points ({signed(low)} to "
        f"{signed(high)}), it fixes {fixed:,} and breaks {broken:,}, "
        f"{p_text(p_value)}{told}."
    )


def signed(points: float) -> str:
    """Two decimals with a sign: +1.04, −0.20; a plain 0.00 without."""
    text = f"{abs(points):.2f}"
    if float(text) == 0:
        return text
    return ("+" if points > 0 else "−") + text


def p_text(p_value: float) -> str:
    """`p = 0.021`, or `p < 0.001`."""
    return "p < 0.001" if p_value < 0.001 else f"p = {min(p_value, 1.0):.3f}".replace("1.000", "1")
