"""How the models do on what people draw: counts by the database, figures from the counts.

`counts`, `judgements` and `outcomes` ask the database, for few rows each; every figure is a
function of such rows. Answers are counted over all versions of a model or by version; days are
those of UTC.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    String,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.history import READ_AS_DIGIT
from ml_engine_and_backend.database.tables import Drawing, predictions
from ml_engine_and_backend.model_folder.comparison import (
    PairedFigures,
    holm,
    p_text,
    paired_figures,
    wilson_interval,
)
from ml_engine_and_backend.model_folder.metadata import DIGIT_CLASSES
from ml_engine_and_backend.model_folder.report import ReliabilityBin

# of the reliability curve, as in the models' reports
BINS: Final = 15
EDGES: Final = tuple(edge / BINS for edge in range(BINS + 1))
# without so many answers on both sides, nothing is said about a difference
ENOUGH: Final = 30
# A day is compared with so many before it. The difference must be one that chance makes once in a
# thousand days, and large enough to matter.
DRIFT_DAYS: Final = 28
DRIFT_P: Final = 0.001
DRIFT_SHARE: Final = 0.05
# labelled answers are compared once with those without a label
BIAS_P: Final = 0.01
BIAS_SHARE: Final = 0.02

_P: Final = predictions.c


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose drawings count, and of which days, both included; None stands for no bound.

    Without `everybody`, those of `owner` alone: None, somebody unknown, owns nothing.
    """

    owner: str | None = None
    everybody: bool = False
    since: date | None = None
    until: date | None = None


class Count(NamedTuple):
    """Answers of a day that are alike, to drawings with a label or without.

    `right` is None without; `confidence` and `squares` are the sums of the confidences and of
    their squares.
    """

    day: date
    model: str
    version: int
    predicted_digit: int
    is_labelled: bool
    right: int | None
    answers: int
    confidence: float
    squares: float
    unsure: int
    not_a_digit: int


class Judgement(NamedTuple):
    """Answers to labelled drawings that are alike; `place` is the bin of their confidence.

    `is_digit` says whether the model took the drawing for a digit; `confidence` is a sum.
    """

    model: str
    version: int
    true_label: str
    predicted_digit: int
    is_digit: int
    place: int
    answers: int
    right: int
    confidence: float


class Outcome(NamedTuple):
    """Labelled drawings that the models did alike on: 1, 0, or None where one was not asked."""

    is_right: dict[str, int | None]
    drawings: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Drawings of a day, and how many of them have a label."""

    day: date
    drawings: int
    labelled: int


@dataclass(frozen=True, slots=True)
class DayOfModel:
    """A model's answers of one day."""

    day: date
    model: str
    answers: int
    labelled: int
    right: int
    mean_confidence: float
    unsure: int
    not_a_digit: int


@dataclass(frozen=True, slots=True)
class DigitOfModel:
    """How often a model read a digit, or would if the drawing were one."""

    model: str
    digit: int
    answers: int
    labelled: int
    right: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A model's share of right answers with Wilson's 95 % interval; None without any label.

    `version` is None over all versions.
    """

    model: str
    version: int | None
    answers: int
    labelled: int
    right: int

    @property
    def accuracy(self) -> float | None:
        """right / labelled."""
        return self.right / self.labelled if self.labelled else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the accuracy on many more such drawings lies."""
        return wilson_interval(self.right, self.labelled) if self.labelled else None


@dataclass(frozen=True, slots=True)
class Step:
    """Model b against model a on the labelled drawings that both have answered.

    b has read `fixed` of them that a has not, and not read `broken` that a has. `p_value_holm` is
    corrected for all pairs.
    """

    a: str
    b: str
    fixed: int
    broken: int
    figures: PairedFigures
    p_value_holm: float


@dataclass(frozen=True, slots=True)
class DriftDay:
    """One day's answers; `warning` says in what they differ from those of the days before."""

    day: date
    answers: int
    mean_confidence: float
    unsure: float
    not_a_digit: float
    warning: str | None


@dataclass(frozen=True, slots=True)
class Shape:
    """Of some answers: the mean confidence and the shares of two verdicts; None without any."""

    answers: int
    mean_confidence: float | None
    unsure: float | None
    not_a_digit: float | None


@dataclass(frozen=True, slots=True)
class Bias:
    """Whether the labelled answers are unlike all the others; `text` says so."""

    is_biased: bool
    labelled: Shape
    unlabelled: Shape
    text: str | None


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model, over all versions or of one: see `accuracies`, `confusion`, `calibration`."""

    accuracy: Accuracy
    confusion: list[list[int]]
    calibration: list[ReliabilityBin]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Every figure of a selection."""

    drawn: list[Drawn]
    days: list[DayOfModel]
    digits: list[DigitOfModel]
    models: list[ModelFigures]
    comparisons: list[Step]
    drift: list[DriftDay]
    bias: Bias


def everything(
    session: Session,
    selection: Selection,
    order: Sequence[str],
    model: str | None,
    classes: int = len(DIGIT_CLASSES),
) -> Statistics:
    """Every figure, models in this `order` and then by name; drift and bias are of `model`."""
    counted = counts(session, selection)
    known = {count.model for count in counted}
    models = [*(name for name in order if name in known), *sorted(known.difference(order))]
    place = {name: place for place, name in enumerate(models)}
    judged = judgements(session, selection)
    return Statistics(
        drawn(session, selection),
        sorted(by_day(counted), key=lambda row: (row.day, place[row.model])),
        sorted(by_digit(counted), key=lambda row: place[row.model]),
        [
            ModelFigures(
                row,
                confusion(judged, row.model, row.version, classes),
                calibration(judged, row.model, row.version),
            )
            for row in sorted(accuracies(counted), key=lambda row: place[row.model])
        ],
        comparisons(outcomes(session, selection, models), models),
        drift(counted, model),
        bias(counted, model),
    )


def drawn(session: Session, selection: Selection) -> list[Drawn]:
    """Drawings by day, oldest first."""
    rows = session.execute(
        select(_day(session, Drawing.timestamp), func.count(), func.count(Drawing.true_label))
        .where(*_selected(selection, Drawing))
        .group_by("day")
        .order_by("day")
    )
    return [Drawn(_as_date(day), drawings, labelled) for day, drawings, labelled in rows]


def counts(session: Session, selection: Selection) -> list[Count]:
    """Answers by day, model, version, digit and whether there is a label."""

    def verdicts(verdict: str) -> ColumnElement[int]:
        return func.sum(case((_P.verdict == verdict, 1), else_=0))

    rows = session.execute(
        select(
            _day(session, _P.timestamp),
            _P.model,
            _P.version,
            _P.predicted_digit,
            _P.true_label.is_not(None).label("is_labelled"),
            func.sum(_P.is_right),
            func.count(),
            func.sum(_P.confidence),
            func.sum(_P.confidence * _P.confidence),
            verdicts("unsure"),
            verdicts("not_a_digit"),
        )
        .where(*_selected(selection, _P))
        .group_by("day", _P.model, _P.version, _P.predicted_digit, "is_labelled")
    )
    return [Count(_as_date(row[0]), *row[1:]) for row in rows]


def judgements(session: Session, selection: Selection) -> list[Judgement]:
    """Answers to labelled drawings by model, version, label, digit and bin of confidence."""
    is_digit = case((_P.verdict.in_(READ_AS_DIGIT), 1), else_=0)
    place = case(
        *((_P.confidence <= edge, bin_) for bin_, edge in enumerate(EDGES[1:-1])),
        else_=BINS - 1,
    )
    rows = session.execute(
        select(
            _P.model,
            _P.version,
            _P.true_label,
            _P.predicted_digit,
            is_digit.label("is_digit"),
            place.label("place"),
            func.count(),
            func.sum(_P.is_right),
            func.sum(_P.confidence),
        )
        .where(*_selected(selection, _P), _P.true_label.is_not(None))
        .group_by(_P.model, _P.version, _P.true_label, _P.predicted_digit, "is_digit", "place")
    )
    return [Judgement(*row) for row in rows]


def outcomes(session: Session, selection: Selection, models: Sequence[str]) -> list[Outcome]:
    """Labelled drawings by what each of the models did; of several versions the newest counts."""
    if not models:
        return []
    newest = [
        # the larger of version and rightness in one number
        (func.max(case((_P.model == model, _P.version * 2 + _P.is_right))) % 2).label(f"m{place}")
        for place, model in enumerate(models)
    ]
    by_drawing = (
        select(*newest)
        .where(*_selected(selection, _P), _P.true_label.is_not(None))
        .group_by(_P.drawing_id)
        .subquery()
    )
    rows = session.execute(select(func.count(), *by_drawing.c).group_by(*by_drawing.c))
    return [Outcome(dict(zip(models, row[1:], strict=True)), row[0]) for row in rows]


def by_day(counts: Iterable[Count]) -> list[DayOfModel]:
    """Each model's answers day by day, oldest first, models by name."""
    return [
        DayOfModel(
            day,
            model,
            answers=sums.answers,
            labelled=sums.labelled,
            right=sums.right,
            mean_confidence=_mean(sums.confidence, sums.answers),
            unsure=sums.unsure,
            not_a_digit=sums.not_a_digit,
        )
        for (day, model), sums in _grouped(counts, lambda count: (count.day, count.model))
    ]


def by_digit(counts: Iterable[Count]) -> list[DigitOfModel]:
    """Each model's answers digit by digit, models by name."""
    return [
        DigitOfModel(model, digit, sums.answers, sums.labelled, sums.right)
        for (model, digit), sums in _grouped(
            counts, lambda count: (count.model, count.predicted_digit)
        )
    ]


def accuracies(counts: Sequence[Count]) -> list[Accuracy]:
    """Each model over all versions, then version by version; models by name."""
    rows = [
        Accuracy(model, version, sums.answers, sums.labelled, sums.right)
        for key in (lambda count: (count.model, None), lambda count: (count.model, count.version))
        for (model, version), sums in _grouped(counts, key)
    ]
    return sorted(rows, key=lambda row: (row.model, row.version or 0))


def confusion(
    judgements: Iterable[Judgement],
    model: str,
    version: int | None = None,
    classes: int = len(DIGIT_CLASSES),
) -> list[list[int]]:
    """Answers by label and predicted class, (classes, classes), where both say that it is one.

    Those about other classes, kept before the models changed, are left out.
    """
    matrix = [[0] * classes for _ in range(classes)]
    for row in _of(judgements, model, version):
        if not (row.is_digit and row.true_label.isdecimal()):
            continue
        if max(int(row.true_label), row.predicted_digit) < classes:
            matrix[int(row.true_label)][row.predicted_digit] += row.answers
    return matrix


def calibration(
    judgements: Iterable[Judgement], model: str, version: int | None = None
) -> list[ReliabilityBin]:
    """What the model took for a digit, in BINS equal parts of the confidence 0..1.

    A bin holds its upper edge and not its lower one (Guo, Pleiss, Sun, Weinberger, "On
    calibration of modern neural networks", ICML 2017).
    """
    places: dict[int, list[Judgement]] = defaultdict(list)
    for row in _of(judgements, model, version):
        if row.is_digit:
            places[row.place].append(row)
    bins = []
    for place in range(BINS):
        count = sum(row.answers for row in places[place])
        confidence = sum(row.confidence for row in places[place])
        right = sum(row.right for row in places[place])
        bins.append(
            ReliabilityBin(
                low=EDGES[place],
                high=EDGES[place + 1],
                count=count,
                confidence=_mean(confidence, count) if count else None,
                accuracy=right / count if count else None,
            )
        )
    return bins


def comparisons(outcomes: Sequence[Outcome], models: Sequence[str]) -> list[Step]:
    """Every two of the models, in their order, that have answered a labelled drawing both."""
    found = []
    for a, b in combinations(models, 2):
        table = {(first, second): 0 for first in (0, 1) for second in (0, 1)}
        for outcome in outcomes:
            first, second = outcome.is_right[a], outcome.is_right[b]
            if first is not None and second is not None:
                table[first, second] += outcome.drawings
        if any(table.values()):
            fixed, broken = table[0, 1], table[1, 0]
            figures = paired_figures(table[1, 1], fixed, broken, table[0, 0])
            found.append((a, b, fixed, broken, figures))
    adjusted = holm([figures.p_value for *_, figures in found])
    return [Step(*row, p_value) for row, p_value in zip(found, adjusted, strict=True)]


def drift(counts: Iterable[Count], model: str | None) -> list[DriftDay]:
    """The model's answers day by day, oldest first, each day against the DRIFT_DAYS before it.

    A warning needs a difference of DRIFT_SHARE and p < DRIFT_P: see `differing`.
    """
    days = dict(_grouped((row for row in counts if row.model == model), lambda row: row.day))
    found = []
    for day, sums in days.items():
        before = Sums()
        for back in range(1, DRIFT_DAYS + 1):
            if earlier := days.get(day - timedelta(days=back)):
                before.add(earlier)
        odd = differing(sums, before, DRIFT_SHARE, DRIFT_P)
        told = "; ".join(each.told(f"on the {DRIFT_DAYS} days before") for each in odd)
        shape = sums.shape()
        found.append(
            DriftDay(
                day,
                sums.answers,
                _mean(sums.confidence, sums.answers),
                shape.unsure or 0.0,
                shape.not_a_digit or 0.0,
                told[:1].upper() + told[1:] + "." if told else None,
            )
        )
    return found


def bias(counts: Iterable[Count], model: str | None) -> Bias:
    """Whether the model's answers that people labelled are like those that they did not.

    People correct what is wrong, or confirm what is right: accuracy on what they label is then
    not that on what they draw. See `differing`.
    """
    labelled, unlabelled = Sums(), Sums()
    for row in counts:
        if row.model == model:
            (labelled if row.is_labelled else unlabelled).add_count(row)
    odd = differing(labelled, unlabelled, BIAS_SHARE, BIAS_P)
    text = None
    if odd:
        told = "; ".join(each.told("where there is no label") for each in odd)
        is_harder = odd[0].is_harder
        text = (
            f"What people labelled is not like the rest: {told}. "
            f"The accuracy on all drawings is probably {'higher' if is_harder else 'lower'}."
        )
    return Bias(bool(odd), labelled.shape(), unlabelled.shape(), text)


class Sums:
    """Counts added up."""

    def __init__(self, counts: Iterable[Count] = ()) -> None:
        self.answers = self.labelled = self.right = self.unsure = self.not_a_digit = 0
        self.confidence = self.squares = 0.0
        for count in counts:
            self.add_count(count)

    def add_count(self, count: Count) -> None:
        """One more kind of answers."""
        self.answers += count.answers
        self.labelled += count.answers if count.is_labelled else 0
        self.right += count.right or 0
        self.confidence += count.confidence
        self.squares += count.squares
        self.unsure += count.unsure
        self.not_a_digit += count.not_a_digit

    def add(self, other: "Sums") -> None:
        """All that the other has."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def shape(self) -> Shape:
        """Without the number of labels."""
        n = self.answers
        if not n:
            return Shape(0, None, None, None)
        return Shape(n, _mean(self.confidence, n), self.unsure / n, self.not_a_digit / n)


class Difference(NamedTuple):
    """A share of some answers, and of those that they are compared with."""

    name: str
    here: float
    there: float
    p_value: float
    is_harder: bool

    def told(self, where: str) -> str:
        """In words; `where` the others are."""
        return (
            f"{self.name} {100 * self.here:.1f} %, {where} {100 * self.there:.1f} % "
            f"({p_text(self.p_value)})"
        )


def differing(here: Sums, there: Sums, least_share: float, p_below: float) -> list[Difference]:
    """In what two independent sets of answers differ: by so much at least, and not by chance.

    Two-sided tests by the normal distribution, so both need ENOUGH answers: of two proportions,
    with pooled variance, for shares; Welch's for the mean confidence.
    """
    if min(here.answers, there.answers) < ENOUGH:
        return []
    n, m = here.answers, there.answers
    mean_here, mean_there = _mean(here.confidence, n), _mean(there.confidence, m)
    error = _variance(here) / n + _variance(there) / m
    tried = [
        ("mean confidence", mean_here, mean_there, error, mean_here < mean_there),
        *(
            (name, a / n, b / m, _pooled_error(a, n, b, m), a / n > b / m)
            for name, a, b in (
                ("unsure", here.unsure, there.unsure),
                ("no digit", here.not_a_digit, there.not_a_digit),
            )
        ),
    ]
    found = [
        Difference(name, a, b, _two_sided(a - b, error), is_harder)
        for name, a, b, error, is_harder in tried
    ]
    return [
        each
        for each in found
        if abs(each.here - each.there) >= least_share and each.p_value < p_below
    ]


def _variance(sums: Sums) -> float:
    mean = sums.confidence / sums.answers
    return max(0.0, sums.squares / sums.answers - mean * mean)


def _pooled_error(a: int, n: int, b: int, m: int) -> float:
    share = (a + b) / (n + m)
    return share * (1 - share) * (1 / n + 1 / m)


def _two_sided(difference: float, variance: float) -> float:
    if difference == 0:
        return 1.0
    return math.erfc(abs(difference) / math.sqrt(2 * variance)) if variance else 0.0


def _grouped(counts: Iterable[Count], key: Callable[[Count], Any]) -> Iterator[tuple[Any, Sums]]:
    groups: dict[Any, Sums] = defaultdict(Sums)
    for count in counts:
        groups[key(count)].add_count(count)
    return iter(sorted(groups.items(), key=lambda group: group[0]))


def _of(judgements: Iterable[Judgement], model: str, version: int | None) -> Iterator[Judgement]:
    return (
        row
        for row in judgements
        if row.model == model and (version is None or row.version == version)
    )


def _mean(total: float, count: int) -> float:
    return min(1.0, total / count)  # a mean of ones may end a hair above 1


def _selected(selection: Selection, table: Any) -> Iterator[ColumnElement[bool]]:
    if not selection.everybody:
        # `owner = NULL` holds for no row, unlike `owner IS NULL`, which None alone would become
        yield table.owner == literal(selection.owner, String)
    if selection.since is not None:
        yield table.timestamp >= datetime.combine(selection.since, time.min, UTC)
    if selection.until is not None:
        yield table.timestamp <= datetime.combine(selection.until, time.max, UTC)


def _day(session: Session, moment: Any) -> Any:
    if session.get_bind().dialect.name == "sqlite":  # "2026-11-28 12:00:00.000000", UTC
        return func.substr(moment, literal_column("1"), literal_column("10")).label("day")
    return cast(func.timezone(literal_column("'UTC'"), moment), Date).label("day")


def _as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
