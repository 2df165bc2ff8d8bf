"""Figures of rungs on somebody's own pictures, on answers made by hand."""

import json
from math import comb

import numpy as np
import pytest

from experiments.evaluation.own_figures import (
    LEAST_PICTURES,
    Figures,
    RungAnswers,
    figures,
    least_difference,
    pictures_needed,
    points_text,
    repeated,
)
from ml_engine_and_backend.model_folder.comparison import mcnemar, wilson_interval
from tests.experiments.evaluation.own_pictures_cases import CASES, DIGITS, answers, cases


def two(n: int, wrong_a: range, wrong_b: range) -> Figures:
    labels = [place % 10 for place in range(n)]
    return figures(
        DIGITS,
        labels,
        [
            answers(labels, wrong_a, name="cheap", multiply_adds=10),
            answers(labels, wrong_b, name="dear", multiply_adds=1000),
        ],
    )


def test_cases_of_the_page_are_up_to_date() -> None:
    # sums may end in another last digit on another processor
    stored, found = (
        json.loads(text, parse_float=lambda number: f"{float(number):.12g}")
        for text in (CASES.read_text(encoding="utf-8"), json.dumps(cases()))
    )
    assert stored == found


def test_accuracy_confusion_and_verdicts_count_every_picture() -> None:
    rung = RungAnswers(
        name="cnn",
        version=1,
        multiply_adds=5,
        milliseconds=[1, 9, None, 3],
        digits=[7, 1, None, 4],
        confidences=[0.9, 0.7, None, 0.5],
        verdicts=["sure", "sure", "blank", "several"],
    )
    found = figures(DIGITS, [7, 7, 7, 4], [rung])
    (read,) = found.rungs
    assert (read.accuracy.right, read.accuracy.n) == (2, 4)
    assert read.accuracy.interval == wilson_interval(2, 4)
    assert (read.confusion[7][7], read.confusion[7][1], read.confusion[4][4]) == (1, 1, 1)
    assert np.sum(read.confusion) == 3  # what is blank is read as nothing
    assert found.blank == 1
    assert found.support[7] == 3
    called = {verdict: (each.right, each.n) for verdict, each in read.verdicts.items()}
    assert called == {
        "sure": (1, 2),
        "unsure": (0, 0),
        "not_a_digit": (0, 0),
        "several": (1, 1),
        "blank": (0, 1),
    }
    assert read.sure_share == 0.5
    # each in a bin of its own: |0.9 - 1|, |0.7 - 0| and |0.5 - 1|, a third each
    assert read.expected_calibration_error == pytest.approx((0.1 + 0.7 + 0.5) / 3)
    assert read.milliseconds == 3


def test_pair_is_told_apart_as_mcnemar_tells_it() -> None:
    (pair,) = two(200, range(12), range(2, 3)).pairs
    assert (pair.both, pair.fixed, pair.broken, pair.neither) == (188, 11, 0, 1)
    assert pair.p_value == mcnemar(11, 0)
    assert pair.evidence == "shown"
    assert pair.difference == pytest.approx(0.055)


def test_needed_pictures_show_the_difference_in_four_sets_out_of_five() -> None:
    # of all pictures, 6 % are read by one rung alone and 2 % by the other
    n = pictures_needed(0.04, 0.08)
    # the power of the test itself: over how many disagree, and how many of those one way
    power = 0.0
    for disagreeing in range(6, 120):
        chance = comb(n, disagreeing) * 0.08**disagreeing * 0.92 ** (n - disagreeing)
        for fixed in range(disagreeing + 1):
            if mcnemar(fixed, disagreeing - fixed) < 0.05:
                power += (
                    chance * comb(disagreeing, fixed) * 0.75**fixed * 0.25 ** (disagreeing - fixed)
                )
    assert 0.75 < power < 0.82  # the formula is for the test without its exactness


def test_least_difference_is_the_inverse_of_needed_pictures() -> None:
    found = least_difference(1000, 0.05)
    assert found is not None
    assert pictures_needed(found, 0.05) <= 1000 < pictures_needed(found - 0.001, 0.05)
    assert least_difference(5, 0.1) is None
    with pytest.raises(ValueError, match=r"expected a difference in 0\.\.1, got 0"):
        pictures_needed(0, 0.1)


def test_six_pictures_are_the_fewest_that_show_anything() -> None:
    assert LEAST_PICTURES == 6
    assert mcnemar(6, 0) < 0.05 < mcnemar(5, 0)
    tells = two(200, range(3), range(0)).tells
    assert tells.at_best == 0.03
    assert tells.sentence.startswith("200 pictures tell 3 points apart at best, not less")
    assert two(5, range(0), range(0)).tells.sentence.startswith("5 pictures cannot tell two rungs")


@pytest.mark.parametrize(
    ("n", "wrong_cheap", "wrong_dear", "rung", "safe", "begins"),
    [
        # few pictures, all read: nothing speaks for the cheap one, and nothing against it
        (12, 0, 0, None, "dear", "These pictures do not tell: `cheap` is the cheapest rung that"),
        (250, 0, 0, "cheap", "cheap", "Use `cheap`: it is the cheapest rung that is not shown"),
        (250, 40, 2, "dear", "dear", "Use `dear`: it reads most, 248 of 250, and every cheaper"),
        (250, 2, 40, "cheap", "cheap", "Use `cheap`: it reads most, 248 of 250, and no rung"),
        # not shown to be worse, but may be by more than the margin
        (250, 6, 2, None, "dear", "These pictures do not tell: `cheap` is the cheapest rung that"),
    ],
)
def test_recommends_the_cheapest_that_is_not_worse_or_nothing(
    n: int, wrong_cheap: int, wrong_dear: int, rung: str | None, safe: str, begins: str
) -> None:
    found = two(n, range(wrong_cheap), range(wrong_dear)).recommendation
    assert (found.rung, found.safe) == (rung, safe)
    assert found.sentence.startswith(begins)


def test_equal_pictures_are_grouped_by_what_a_model_sees() -> None:
    groups = repeated([1, 2, 1, 4, 1], list("abacd"), ["A", "B", "A", "B", None])
    assert [tuple(group) for group in groups] == [([0, 2], True, True), ([1, 3], False, False)]


@pytest.mark.parametrize(
    ("share", "text"), [(0.03, "3"), (0.028169, "2.8"), (0.03125, "3.1"), (0.0025, "0.25")]
)
def test_points_have_as_many_decimals_as_they_need(share: float, text: str) -> None:
    assert points_text(share) == text


def test_refuses_answers_to_other_pictures() -> None:
    with pytest.raises(ValueError, match=r"expected answers to 2 pictures, got \[3\]"):
        figures(DIGITS, [1, 2], [answers([1, 2, 3], [])])
    with pytest.raises(ValueError, match="expected pictures and rungs, got 0 and 1"):
        figures(DIGITS, [], [answers([], [])])
