"""Paired comparison: against tables worked by hand, and against SciPy."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest

from ml_engine_and_backend.model_folder.comparison import (
    Predictions,
    compare,
    holm,
    mcnemar,
    paired_interval,
    read_predictions,
    sentence,
    wilson_interval,
)
from ml_engine_and_backend.model_folder.errors import BrokenModelError


def reads(labels: str, digits: str) -> Predictions:
    return Predictions(
        np.array([int(d) for d in labels], np.uint8), np.array([int(d) for d in digits], np.uint8)
    )


def test_fixed_and_broken_are_told_apart() -> None:
    found = compare(reads("0123456789", "0123456700"), reads("0123456789", "1123456780"))
    assert found.n == 10
    assert (found.accuracy_a, found.accuracy_b, found.difference) == (0.8, 0.8, 0.0)
    assert found.fixed.tolist() == [8]
    assert found.broken.tolist() == [0]
    assert found.p_value == 1.0  # one coin each way


def test_identical_rungs_do_not_differ() -> None:
    one = reads("0123456789" * 50, "0123456780" * 50)
    found = compare(one, one)
    assert (found.difference, found.p_value) == (0.0, 1.0)
    assert found.fixed.size == found.broken.size == 0
    low, high = found.difference_interval
    # nothing seen is not nothing there: the interval is narrow, not empty
    assert -0.01 < low < 0 < high < 0.01
    assert low == pytest.approx(-high)


def test_other_digits_cannot_be_compared() -> None:
    with pytest.raises(BrokenModelError, match=r"got labels that differ \(2 and 2"):
        compare(reads("01", "01"), reads("02", "01"))
    one, other = (replace(reads("01", "01"), test_sha256={"test": letter}) for letter in "ab")
    with pytest.raises(BrokenModelError, match="tested on different ones: train one of them"):
        compare(one, other)


@pytest.mark.parametrize(
    ("fixed", "broken"), [(128, 24), (600, 40), (17, 29), (3, 1), (500, 499), (9_000, 8_700)]
)
def test_mcnemar_is_the_binomial_test(fixed: int, broken: int) -> None:
    expected = binomtest(fixed, fixed + broken).pvalue
    assert mcnemar(fixed, broken) == pytest.approx(expected, rel=1e-6)


def test_the_interval_is_that_of_newcombes_example() -> None:
    # 1998, table III: 36 both, 12 one, 2 the other, 0 neither; method 10 gives 0.0569 to 0.3404
    assert paired_interval(36, 12, 2, 0) == pytest.approx((0.0569, 0.3404), abs=5e-5)


@pytest.mark.parametrize(("correct", "total"), [(-1, 5), (6, 5), (0, 0)])
def test_impossible_counts_are_refused(correct: int, total: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= correct <= total"):
        wilson_interval(correct, total)


@pytest.mark.parametrize(("correct", "total"), [(0, 10), (10, 10), (9_936, 10_000), (1, 2)])
def test_wilson_is_scipys(correct: int, total: int) -> None:
    interval = binomtest(correct, total).proportion_ci(method="wilson")
    assert wilson_interval(correct, total) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize(
    ("given", "adjusted"),
    [
        ([], []),
        ([0.04], [0.04]),
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),  # 3 · 0.01; 2 · 0.03; never below the last
        ([0.5, 0.9, 0.001], [1.0, 1.0, 0.003]),
        ([1.0, 1.0], [1.0, 1.0]),
    ],
)
def test_holm_by_hand(given: list[float], adjusted: list[float]) -> None:
    assert holm(given) == pytest.approx(adjusted)


def test_sentences() -> None:
    labels = np.zeros(10_000, np.uint8)

    def wrong_at(*places: range) -> Predictions:
        digits = labels.copy()
        for place in places:
            digits[place.start : place.stop] = 1
        return Predictions(labels, digits)

    lower, upper = wrong_at(range(168)), wrong_at(range(128, 192))
    up, down = compare(lower, upper), compare(upper, lower)
    assert (len(up.fixed), len(up.broken)) == (128, 24)
    assert sentence("hidden_layer", "cnn", up, up.p_value) == (
        "`cnn` reads 104 of 10,000 digits more than `hidden_layer`: +1.04 points (+0.81 to +1.29), "
        "it fixes 128 and breaks 24, p < 0.001."
    )
    assert sentence("cnn", "hidden_layer", down, down.p_value).startswith(
        "`hidden_layer` reads 104 of 10,000 digits fewer than `cnn`: −1.04 points (−1.29 to −0.81)"
    )
    same = compare(lower, lower)
    assert sentence("a", "b", same, same.p_value) == (
        "`b` reads as many of 10,000 digits as `a`: 0.00 points (−0.04 to +0.04), "
        "it fixes 0 and breaks 0, p = 1: this test does not tell the two trainings apart."
    )
    other = sentence("a", "b", same, same.p_value, "pictures")
    assert other.startswith("`b` reads as many of 10,000 pictures as `a`: ")


def test_predictions_are_the_largest_logits(tmp_path: Path) -> None:
    np.savez_compressed(
        tmp_path / "predictions.npz",
        labels=np.array([3, 4], np.uint8),
        logits=np.eye(10, dtype=np.float16)[[3, 5]],
    )
    found = read_predictions(tmp_path)
    assert (found.labels.tolist(), found.digits.tolist()) == ([3, 4], [3, 5])
    assert found.labels.dtype == found.digits.dtype == np.uint8


LABELS = np.zeros(2, np.uint8)
LOGITS = np.zeros((2, 10), np.float16)


@pytest.mark.parametrize(
    "arrays",
    [
        {"labels": LABELS},
        {"labels": LABELS.astype(np.int64), "logits": LOGITS},
        {"labels": LABELS + 10, "logits": LOGITS},
        {"labels": LABELS, "logits": LOGITS + np.nan},
        {"labels": np.array([None, {}]), "logits": LOGITS},
    ],
)
def test_predictions_of_wrong_shape_or_type_are_refused(
    tmp_path: Path, arrays: dict[str, NDArray[np.generic]]
) -> None:
    np.savez(tmp_path / "predictions.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(BrokenModelError, match=r"predictions\.npz: expected "):
        read_predictions(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 but then nothing", b"text"])
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BrokenModelError, match=r"predictions\.npz: expected "):
        read_predictions(tmp_path)
    (tmp_path / "predictions.npz").write_bytes(content)
    with pytest.raises(BrokenModelError, match=r"predictions\.npz: expected "):
        read_predictions(tmp_path)
