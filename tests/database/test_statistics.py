"""Every figure against plain Python over the same rows."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, timedelta
from itertools import groupby
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ttest_ind_from_stats

from ml_engine_and_backend.database import statistics as figures
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.statistics import Count, Selection, Sums
from ml_engine_and_backend.database.tables import Answer, Drawing
from ml_engine_and_backend.model_folder.comparison import Predictions, compare, wilson_interval
from tests.database.rows import ANN, BOB, NOON, drawing, keep, random_drawings

MODELS = ["single_layer", "cnn", "deep_cnn"]
TODAY = NOON.date()
SELECTIONS = {
    "everybody": Selection(everybody=True),
    "ann": Selection(ANN),
    "a week": Selection(everybody=True, since=TODAY - timedelta(days=6)),
    "bob's past": Selection(BOB, since=date.min, until=TODAY - timedelta(days=3)),
    "everybody, always": Selection(everybody=True, since=date.min, until=date.max),
}
Kept = list[tuple[Drawing, list[Answer]]]
Row = tuple[Drawing, Answer]


@pytest.fixture
def kept(database: Database) -> Kept:
    rows = random_drawings(3, 250)
    # the ends of a day in UTC, told in another time zone
    rows += [
        drawing(timestamp=NOON.replace(hour=0), true_label="7"),
        drawing(timestamp=NOON.replace(hour=23, minute=59, second=59, microsecond=999_999)),
    ]
    keep(database, *rows)
    return rows


def day_of(each: Drawing) -> date:
    return each.timestamp.astimezone(UTC).date()


def selected(kept: Kept, selection: Selection) -> Kept:
    return [
        (each, answers)
        for each, answers in kept
        if (selection.everybody or each.owner == selection.owner)
        and (selection.since or date.min) <= day_of(each) <= (selection.until or date.max)
    ]


def is_right(each: Drawing, answer: Answer) -> bool:
    digit = answer.verdict in ("sure", "unsure")
    return each.true_label == (str(answer.predicted_digit) if digit else answer.verdict)


def grouped(kept: Kept, key: Callable[[Drawing, Answer], Any]) -> list[tuple[Any, list[Row]]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for each, answers in kept:
        for answer in answers:
            groups[key(each, answer)].append((each, answer))
    return sorted(groups.items())


def judged(rows: Iterable[Row]) -> tuple[int, int]:
    """How many of the answers are labelled, and how many right."""
    labelled = [row for row in rows if row[0].true_label]
    return len(labelled), sum(is_right(*row) for row in labelled)


def test_drawings_by_day(database: Database, kept: Kept) -> None:
    for name, selection in SELECTIONS.items():
        own = [each for each, _ in selected(kept, selection)]
        drawn = Counter(day_of(each) for each in own)
        labelled = Counter(day_of(each) for each in own if each.true_label)
        with database.reading() as session:
            found = figures.drawn(session, selection)
        assert found == [figures.Drawn(day, drawn[day], labelled[day]) for day in sorted(drawn)]
        assert found, name


def test_answers_by_day(database: Database, kept: Kept) -> None:
    for selection in SELECTIONS.values():
        with database.reading() as session:
            found = figures.by_day(figures.counts(session, selection))
        expected = grouped(selected(kept, selection), lambda each, a: (day_of(each), a.model))
        assert [(row.day, row.model) for row in found] == [key for key, _ in expected]
        for row, (_, rows) in zip(found, expected, strict=True):
            assert row.answers == len(rows)
            assert (row.labelled, row.right) == judged(rows)
            assert row.mean_confidence == pytest.approx(fmean(a.confidence for _, a in rows))
            assert row.unsure == sum(answer.verdict == "unsure" for _, answer in rows)
            assert row.not_a_digit == sum(answer.verdict == "not_a_digit" for _, answer in rows)


def test_answers_by_digit(database: Database, kept: Kept) -> None:
    for selection in SELECTIONS.values():
        with database.reading() as session:
            found = figures.by_digit(figures.counts(session, selection))
        expected = grouped(selected(kept, selection), lambda _, a: (a.model, a.predicted_digit))
        assert found == [
            figures.DigitOfModel(model, digit, len(rows), *judged(rows))
            for (model, digit), rows in expected
        ]


def test_accuracy_over_all_versions_and_by_version(database: Database, kept: Kept) -> None:
    for selection in SELECTIONS.values():
        own = selected(kept, selection)
        with database.reading() as session:
            found = figures.accuracies(figures.counts(session, selection))
        expected = [
            figures.Accuracy(model, version or None, len(rows), *judged(rows))
            for version_of in (lambda _: 0, lambda answer: answer.version)
            for (model, version), rows in grouped(own, lambda _, a: (a.model, version_of(a)))  # noqa: B023
        ]
        assert found == sorted(expected, key=lambda row: (row.model, row.version or 0))
        for row in found:
            assert row.accuracy == row.right / row.labelled
            assert row.interval == wilson_interval(row.right, row.labelled)


def test_no_label_no_accuracy(database: Database) -> None:
    keep(database, drawing())
    with database.reading() as session:
        [row, by_version] = figures.accuracies(figures.counts(session, Selection(ANN)))
    assert (row.answers, row.accuracy, row.interval) == (1, None, None)
    assert by_version.version == 1


@pytest.mark.parametrize("version", [None, 1, 2])
def test_confusion_matrix(database: Database, kept: Kept, version: int | None) -> None:
    for selection in SELECTIONS.values():
        with database.reading() as session:
            found = figures.confusion(figures.judgements(session, selection), "cnn", version)
        expected = np.zeros((10, 10), int)
        for each, answers in selected(kept, selection):
            for answer in answers:
                if (
                    (each.true_label or "").isdecimal()
                    and answer.verdict in ("sure", "unsure")
                    and answer.model == "cnn"
                    and version in (None, answer.version)
                ):
                    expected[int(each.true_label or 0), answer.predicted_digit] += 1
        assert found == expected.tolist()
        assert expected.any()


@pytest.mark.parametrize("version", [None, 2])
def test_calibration(database: Database, kept: Kept, version: int | None) -> None:
    for selection in SELECTIONS.values():
        with database.reading() as session:
            found = figures.calibration(figures.judgements(session, selection), "cnn", version)
        rows = [
            (each, answer)
            for each, answers in selected(kept, selection)
            for answer in answers
            if each.true_label
            and answer.verdict in ("sure", "unsure")
            and answer.model == "cnn"
            and version in (None, answer.version)
        ]
        assert len(found) == figures.BINS
        for place in found:
            inside = [row for row in rows if place.low < row[1].confidence <= place.high]
            assert place.count == len(inside)
            if inside:
                assert place.confidence == pytest.approx(fmean(a.confidence for _, a in inside))
                assert place.accuracy == pytest.approx(fmean(is_right(*row) for row in inside))
            else:
                assert place.confidence is place.accuracy is None
        assert sum(place.count for place in found) == len(rows)


def test_models_are_compared_on_the_drawings_that_both_have_answered(
    database: Database, kept: Kept
) -> None:
    for selection in SELECTIONS.values():
        with database.reading() as session:
            outcomes = figures.outcomes(session, selection, MODELS)
        newest: dict[str, dict[str, bool]] = defaultdict(dict)
        for each, answers in selected(kept, selection):
            for answer in sorted(answers, key=lambda answer: answer.version):
                if each.true_label:
                    newest[each.id][answer.model] = is_right(each, answer)
        steps = figures.comparisons(outcomes, MODELS)
        assert [(step.a, step.b) for step in steps] == [
            ("single_layer", "cnn"),
            ("single_layer", "deep_cnn"),
            ("cnn", "deep_cnn"),
        ]
        for step in steps:
            both = [row for row in newest.values() if step.a in row and step.b in row]
            # as digits: the label is 1, a right answer too
            a, b = (np.array([row[name] for row in both], np.uint8) for name in (step.a, step.b))
            labels = np.ones(len(both), np.uint8)
            expected = compare(Predictions(labels, a), Predictions(labels, b))
            assert (step.fixed, step.broken) == (len(expected.fixed), len(expected.broken))
            assert step.figures.n == len(both)
            assert step.figures.difference == expected.difference
            assert step.figures.difference_interval == expected.difference_interval
            assert step.figures.p_value == expected.p_value
            assert step.p_value_holm >= step.figures.p_value


def test_models_without_a_drawing_in_common_are_not_compared(database: Database) -> None:
    keep(
        database,
        drawing(reads=[{"model": "cnn"}], true_label="7"),
        drawing(reads=[{"model": "deep_cnn"}], true_label="7"),
        drawing(reads=[{"model": "cnn"}, {"model": "deep_cnn"}]),
    )
    with database.reading() as session:
        assert figures.comparisons(figures.outcomes(session, Selection(ANN), MODELS), MODELS) == []
        assert figures.outcomes(session, Selection(ANN), []) == []


def day_count(
    back: int,
    answers: int,
    unsure: int = 0,
    not_a_digit: int = 0,
    confidence: float = 0.95,
    spread: float = 0.05,
    right: int | None = None,
) -> Count:
    """Answers of a day so long ago, with a mean confidence and its standard deviation."""
    squares = answers * (confidence**2 + spread**2)
    day = TODAY - timedelta(days=back)
    sums = (answers * confidence, squares, unsure, not_a_digit)
    return Count(day, "cnn", 1, 7, right is not None, right, answers, *sums)


def test_drift_shows_each_day(database: Database, kept: Kept) -> None:
    with database.reading() as session:
        found = figures.drift(figures.counts(session, Selection(everybody=True)), "cnn")
    own = grouped(kept, lambda each, answer: (day_of(each), answer.model))
    expected = [(day, rows) for (day, model), rows in own if model == "cnn"]
    assert [row.day for row in found] == [day for day, _ in expected]
    for row, (_, rows) in zip(found, expected, strict=True):
        assert row.answers == len(rows)
        assert row.mean_confidence == pytest.approx(fmean(a.confidence for _, a in rows))
        assert row.unsure == pytest.approx(fmean(a.verdict == "unsure" for _, a in rows))
        assert row.not_a_digit == pytest.approx(fmean(a.verdict == "not_a_digit" for _, a in rows))


def test_warns_of_a_day_unlike_those_before() -> None:
    days = [day_count(back, 100, unsure=5) for back in range(10, 0, -1)]
    for odd, words in (
        (day_count(0, 100, unsure=30), "Unsure 30.0 %, on the 28 days before 5.0 % (p < 0.001)."),
        (day_count(0, 100, 5, 12), "No digit 12.0 %, on the 28 days before 0.0 % (p < 0.001)."),
        (
            day_count(0, 100, unsure=5, confidence=0.85),
            "Mean confidence 85.0 %, on the 28 days before 95.0 % (p < 0.001).",
        ),
    ):
        found = figures.drift([*days, odd], "cnn")
        assert [row.warning for row in found] == [None] * 10 + [words]


def test_does_not_warn_of_little_or_of_chance() -> None:
    days = [day_count(back, 1_000, unsure=50) for back in range(10, 0, -1)]
    for usual in (
        day_count(0, 29, unsure=20),  # too few
        day_count(0, 40, unsure=5),  # 12 % of 40 may be chance
        day_count(0, 100_000, unsure=9_000),  # surely other, but not by much
    ):
        assert [row.warning for row in figures.drift([*days, usual], "cnn")] == [None] * 11
    # what was long ago does not count
    assert figures.drift([day_count(29, 1_000), day_count(0, 1_000, 500)], "cnn")[1].warning is None
    assert figures.drift([day_count(28, 1_000), day_count(0, 1_000, 500)], "cnn")[1].warning


def test_the_tests_behind_a_warning_are_the_books() -> None:
    table = [[30, 70], [300, 1_700]]
    expected = chi2_contingency(table, correction=False).pvalue
    [odd] = figures.differing(
        Sums([day_count(0, 100, unsure=30)]), Sums([day_count(0, 2_000, unsure=300)]), 0.05, 0.05
    )
    assert odd.name == "unsure"
    assert odd.p_value == pytest.approx(expected, rel=1e-9)
    welch = ttest_ind_from_stats(0.9, 0.2, 2_000, 0.92, 0.3, 3_000, equal_var=False).pvalue
    [odd] = figures.differing(
        Sums([day_count(0, 2_000, confidence=0.9, spread=0.2)]),
        Sums([day_count(0, 3_000, confidence=0.92, spread=0.3)]),
        0.01,
        0.05,
    )
    assert odd.name == "mean confidence"
    assert odd.p_value == pytest.approx(welch, rel=0.01)


def test_a_biased_sample_is_called_one() -> None:
    rest = day_count(0, 5_000, unsure=100, confidence=0.98)
    harder = day_count(0, 200, unsure=60, confidence=0.88, right=0)
    found = figures.bias([rest, harder], "cnn")
    assert found.is_biased
    assert found.text == (
        "What people labelled is not like the rest: mean confidence 88.0 %, where there is no "
        "label 98.0 % (p < 0.001); unsure 30.0 %, where there is no label 2.0 % (p < 0.001). "
        "The accuracy on all drawings is probably higher."
    )
    assert (found.labelled.answers, found.unlabelled.answers) == (200, 5_000)
    assert (found.labelled.unsure, found.unlabelled.unsure) == (0.3, 0.02)
    easier = day_count(0, 200, confidence=1.0, spread=0.0, unsure=4, right=190)
    rest = day_count(0, 5_000, unsure=100, confidence=0.9)
    text = figures.bias([rest, easier], "cnn").text
    assert text is not None
    assert text.endswith("The accuracy on all drawings is probably lower.")


def test_an_honest_sample_is_not_called_biased(database: Database, kept: Kept) -> None:
    with database.reading() as session:
        counts = figures.counts(session, Selection(everybody=True))
    found = figures.bias(counts, "cnn")
    rows = dict(grouped(kept, lambda each, a: (a.model, each.true_label is not None)))
    for shape, expected in (
        (found.labelled, rows["cnn", True]),
        (found.unlabelled, rows["cnn", False]),
    ):
        assert shape.answers == len(expected)
        assert shape.mean_confidence == pytest.approx(fmean(a.confidence for _, a in expected))
    assert (found.is_biased, found.text) == (False, None)
    # nothing is compared with nothing
    assert not figures.bias([day_count(0, 500, right=190)], "cnn").is_biased
    assert figures.bias([], None).labelled == figures.Shape(0, None, None, None)


def test_everything_of_nobody_is_nothing(database: Database, kept: Kept) -> None:
    assert any(each.owner is None for each, _ in kept)
    with database.reading() as session:
        found = figures.everything(session, Selection(None), MODELS, "cnn")
    assert (found.drawn, found.days, found.digits, found.models) == ([], [], [], [])
    assert (found.comparisons, found.drift, found.bias.is_biased) == ([], [], False)


def test_everything_keeps_the_ladders_order(database: Database, kept: Kept) -> None:
    assert kept
    with database.reading() as session:
        found = figures.everything(
            session, Selection(everybody=True), ["deep_cnn", "unasked", "cnn"], "cnn"
        )
        judgements = figures.judgements(session, Selection(everybody=True))
    assert [(step.a, step.b) for step in found.comparisons] == [
        ("deep_cnn", "cnn"),
        ("deep_cnn", "single_layer"),
        ("cnn", "single_layer"),
    ]
    versions = [(row.accuracy.model, row.accuracy.version) for row in found.models]
    assert versions == [
        ("deep_cnn", None),
        ("deep_cnn", 1),
        ("cnn", None),
        ("cnn", 1),
        ("cnn", 2),
        ("single_layer", None),
        ("single_layer", 1),
    ]
    assert found.models[4].confusion == figures.confusion(judgements, "cnn", 2)
    assert found.models[4].calibration == figures.calibration(judgements, "cnn", 2)
    order = ["deep_cnn", "cnn", "single_layer"]
    assert list(dict.fromkeys(row.model for row in found.digits)) == order
    for day, rows in groupby(found.days, key=lambda row: row.day):
        asked = {row.model for row in found.days if row.day == day}
        assert [row.model for row in rows] == [model for model in order if model in asked]
