"""Several rungs on the same labelled pictures: every figure, and which rung to use for such.

Pure: answers in, figures out. The page computes the same in the browser; the cases that
`python -m tests.experiments.evaluation.own_pictures_cases` writes hold the two equal.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Annotated, Final, Literal, NamedTuple, get_args

import numpy as np
from pydantic import Field

from experiments.evaluation.calibration import expected_calibration_error, reliability_curve
from ml_engine_and_backend.model_folder.comparison import (
    Z_95,
    PairedFigures,
    holm,
    mcnemar,
    p_text,
    paired_figures,
    signed,
    wilson_interval,
)
from ml_engine_and_backend.model_folder.record import Record, Share
from ml_engine_and_backend.model_folder.report import Interval, Matrix, ReliabilityBin

SIGNIFICANT: Final = 0.05
# the 80 % point of the normal distribution: a difference is then shown in four sets out of five
Z_POWER: Final = 0.8416212335729143
# Points that a recommended rung may be behind any other, at the far end of the 95 % interval.
MARGIN_POINTS: Final = 2
Verdict = Literal["sure", "unsure", "not_a_digit", "several", "blank"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
Count = Annotated[int, Field(ge=0)]


class RungAnswers(Record):
    """What one rung makes of n pictures, in their order; a list each.

    A blank picture is one in which the reading finds nothing: `digits`, `confidences` and
    `milliseconds` are None there. `digits` are indices into the class names, `confidences` the
    probabilities of them.
    """

    name: str
    version: int
    multiply_adds: Count
    milliseconds: Annotated[list[float | None], Field(description="Of the network alone.")]
    digits: list[int | None]
    confidences: list[Share | None]
    verdicts: list[Verdict]


class Counted(Record):
    """Of `n` pictures, how many are read rightly: the share, and Wilson's interval at 95 %."""

    n: Count
    right: Count
    share: Share | None
    interval: Interval | None


class RungFigures(Record):
    """How well one rung reads the pictures; what it calls them counts for the certainty alone.

    A blank picture is misread. Calibration is over all others.
    """

    name: str
    version: int
    accuracy: Counted
    confusion: Matrix
    verdicts: Annotated[
        dict[Verdict, Counted], Field(description="`sure`: how often it is right when it says so.")
    ]
    sure_share: Share
    expected_calibration_error: Share | None
    reliability: list[ReliabilityBin]
    multiply_adds: Count
    milliseconds: Annotated[float | None, Field(description="Median a picture.")]


class PairFigures(Record):
    """Rung `b` against rung `a` on the same pictures; shares and differences are in 0..1.

    `difference` is b - a with Newcombe's paired interval, `p_value` that of the exact McNemar
    test, `p_adjusted` the same by Holm's method over all pairs. `evidence` is `shown` where even
    that is below 0.05, `weak` where only `p_value` is.
    `tells` is the least difference that so many pictures show in four sets out of five, where two
    rungs disagree as often as these; None where none is large enough. `needed` is how many
    pictures would show the observed difference so; None where there is none.
    """

    a: str
    b: str
    both: Count
    fixed: Annotated[int, Field(ge=0, description="Only b reads it.")]
    broken: Annotated[int, Field(ge=0, description="Only a reads it.")]
    neither: Count
    difference: float
    difference_interval: tuple[float, float]
    p_value: Share
    p_adjusted: Share
    evidence: Literal["shown", "weak", "none"]
    tells: Share | None
    needed: Count | None
    sentence: str


class Tells(Record):
    """What so many pictures can tell at all; shares of them.

    `at_best` is the least difference that any outcome could show: `least_pictures` that one of two
    rungs reads and the other does not, and none the other way round. `least` and `most` are
    the least and the largest `tells` of the pairs.
    """

    least_pictures: Count
    at_best: Share | None
    least: Share | None
    most: Share | None
    sentence: str


class Recommendation(Record):
    """Which rung to use for pictures such as these.

    `best` reads most, of equals the highest. `cheapest` has the fewest multiply-adds of those that
    are not shown to read fewer (exact McNemar test, 5 %); it may be `behind` some rung by so much,
    at the far end of the 95 % interval. Where that is at most `margin`, `rung` is the cheapest;
    else it is None: these pictures do not tell. `safe` is the cheapest that is within the margin,
    or the best.
    """

    best: str
    cheapest: str
    rung: str | None
    safe: str
    behind: float
    margin: Share
    sentence: str


class Figures(Record):
    """All figures of several rungs on the same `n` pictures, in the rungs' order.

    `classes` are the names of what can be read; rows and columns of matrices are in their order.
    """

    n: Count
    classes: list[str]
    support: Annotated[list[int], Field(description="Pictures of each class.")]
    blank: Count
    rungs: list[RungFigures]
    pairs: list[PairFigures]
    tells: Tells
    recommendation: Recommendation


def figures(classes: Sequence[str], labels: Sequence[int], rungs: Sequence[RungAnswers]) -> Figures:
    """Every figure of `rungs`, in ladder order, on pictures whose classes are `labels` (n,).

    Raises:
        ValueError: no pictures, no rungs, or answers of another number of pictures.
    """
    n = len(labels)
    if not n or not rungs:
        raise ValueError(f"expected pictures and rungs, got {n} and {len(rungs)}")
    if lengths := {len(each) for rung in rungs for each in _lists(rung)} - {n}:
        raise ValueError(f"expected answers to {n} pictures, got {sorted(lengths)}")
    pairs = _pairs(labels, rungs)
    return Figures(
        n=n,
        classes=list(classes),
        support=np.bincount(labels, minlength=len(classes)).tolist(),
        blank=rungs[0].verdicts.count("blank"),
        rungs=[_rung(len(classes), labels, rung) for rung in rungs],
        pairs=pairs,
        tells=_tells(n, pairs),
        recommendation=_recommendation(labels, rungs, pairs),
    )


class Group(NamedTuple):
    """Pictures that are one and the same, by their places; the first one is the one that counts.

    `is_same_file` says that their bytes are the same, too. Where they have several labels, at
    least one label is wrong, and none of them counts.
    """

    places: list[int]
    is_same_file: bool
    has_one_label: bool


def repeated(
    labels: Sequence[int], files: Sequence[str], fields: Sequence[str | None]
) -> list[Group]:
    """The groups of two or more equal pictures, in the order of their first ones.

    `files` (n,) are digests of the pictures' bytes, `fields` (n,) those of what a model sees of
    them, None where that is nothing. Pictures are equal where a model sees the same; blank ones
    are where the files are.
    """
    places: dict[tuple[bool, str], list[int]] = {}
    for place, (file, field) in enumerate(zip(files, fields, strict=True)):
        places.setdefault((field is None, field or file), []).append(place)
    return [
        Group(group, len({files[i] for i in group}) == 1, len({labels[i] for i in group}) == 1)
        for group in places.values()
        if len(group) > 1
    ]


def pictures_needed(difference: float, disagreement: float) -> int:
    """How many pictures show a `difference` of two rungs' shares in four sets out of five.

    `disagreement` is the share of pictures that one of the two reads and the other does not; it is
    at least the difference. Two-sided at 5 %, with 80 % power. Source: Connor, "Sample size for
    testing differences in proportions for the paired-sample design", Biometrics 43 (1987),
    207-211, whose formula is (z_α √ψ + z_β √(ψ − δ²))² / δ².

    Raises:
        ValueError: not 0 < difference <= 1.
    """
    if not 0 < difference <= 1:
        raise ValueError(f"expected a difference in 0..1, got {difference}")
    psi = max(disagreement, difference)
    deviations = Z_95 * math.sqrt(psi) + Z_POWER * math.sqrt(psi - difference**2)
    return math.ceil((deviations / difference) ** 2)


def least_difference(n: int, disagreement: float) -> float | None:
    """The least share of n pictures that they show as a difference, as in `pictures_needed`.

    Never fewer than LEAST_PICTURES of them; None where n is smaller than that.
    """
    for pictures in range(LEAST_PICTURES, n + 1):
        if pictures_needed(pictures / n, disagreement) <= n:
            return pictures / n
    return None


def points_text(share: float) -> str:
    """A share in points, rounded half up: `3`, `2.8`; below one point `0.25`."""
    points = 100 * share
    scale = 10 if points >= 1 else 100
    return f"{math.floor(points * scale + 0.5) / scale:g}"


def _least_pictures() -> int:
    """The fewest disagreements, all one way, that the exact McNemar test calls significant."""
    return next(count for count in range(1, 100) if mcnemar(count, 0) < SIGNIFICANT)


LEAST_PICTURES: Final = _least_pictures()


def pictures_text(n: int) -> str:
    """`1 picture`, `1,234 pictures`."""
    return f"{n:,} pictures" if n != 1 else "1 picture"


def _lists(rung: RungAnswers) -> Iterator[Sequence[object]]:
    yield from (rung.milliseconds, rung.digits, rung.confidences, rung.verdicts)


def _counted(right: Sequence[bool]) -> Counted:
    n, count = len(right), sum(right)
    return Counted(
        n=n,
        right=count,
        share=count / n if n else None,
        interval=wilson_interval(count, n) if n else None,
    )


def _right(labels: Sequence[int], rung: RungAnswers) -> list[bool]:
    return [digit == label for digit, label in zip(rung.digits, labels, strict=True)]


def _rung(classes: int, labels: Sequence[int], rung: RungAnswers) -> RungFigures:
    right = _right(labels, rung)
    confusion = np.zeros((classes, classes), int)
    for label, digit in zip(labels, rung.digits, strict=True):
        if digit is not None:
            confusion[label, digit] += 1
    times = [time for time in rung.milliseconds if time is not None]
    answered = [
        (confidence, correct)
        for confidence, correct in zip(rung.confidences, right, strict=True)
        if confidence is not None
    ]
    curve = reliability_curve(
        np.array([confidence for confidence, _ in answered], np.float64),
        np.array([correct for _, correct in answered], np.bool_),
    )
    verdicts = {
        verdict: _counted([r for r, v in zip(right, rung.verdicts, strict=True) if v == verdict])
        for verdict in VERDICTS
    }
    return RungFigures(
        name=rung.name,
        version=rung.version,
        accuracy=_counted(right),
        confusion=confusion.tolist(),
        verdicts=verdicts,
        sure_share=verdicts["sure"].n / len(labels),
        expected_calibration_error=expected_calibration_error(curve) if answered else None,
        reliability=curve,
        multiply_adds=rung.multiply_adds,
        milliseconds=statistics.median(times) if times else None,
    )


def _pairs(labels: Sequence[int], rungs: Sequence[RungAnswers]) -> list[PairFigures]:
    right = {rung.name: np.array(_right(labels, rung)) for rung in rungs}
    counts = []
    for a, b in combinations(right, 2):
        both, neither = np.sum(right[a] & right[b]), np.sum(~right[a] & ~right[b])
        fixed, broken = np.sum(~right[a] & right[b]), np.sum(right[a] & ~right[b])
        counts.append((a, b, (int(both), int(fixed), int(broken), int(neither))))
    found = [paired_figures(*of_pair) for _, _, of_pair in counts]
    adjusted = holm([pair.p_value for pair in found])
    return [
        _pair(a, b, of_pair, pair, p_adjusted)
        for (a, b, of_pair), pair, p_adjusted in zip(counts, found, adjusted, strict=True)
    ]


def _pair(
    a: str, b: str, counts: tuple[int, int, int, int], pair: PairedFigures, p_adjusted: float
) -> PairFigures:
    both, fixed, broken, neither = counts
    n = pair.n
    disagreement = (fixed + broken) / n
    evidence: Literal["shown", "weak", "none"] = "none"
    if p_adjusted < SIGNIFICANT:
        evidence = "shown"
    elif pair.p_value < SIGNIFICANT:
        evidence = "weak"
    needed = pictures_needed(abs(pair.difference), disagreement) if fixed != broken else None

    low, high = (signed(100 * end) for end in pair.difference_interval)
    interval = f"{signed(100 * pair.difference)} points ({low} to {high})"
    if fixed == broken:
        reads = f"`{b}` reads as many of {pictures_text(n)} as `{a}`"
    else:
        more = "more" if fixed > broken else "fewer"
        reads = f"`{b}` reads {abs(fixed - broken):,} of {pictures_text(n)} {more} than `{a}`"
    sentence = f"{reads}: {interval}, {p_text(pair.p_value)}."
    if evidence == "weak":
        sentence += (
            f" Weak evidence: {p_text(p_adjusted)} once adjusted, since several pairs are compared."
        )
    elif evidence == "none":
        sentence = f"No difference shown: {sentence}"
        if needed is not None:
            sentence += f" About {needed:,} pictures would show one of this size."
    return PairFigures(
        a=a,
        b=b,
        both=both,
        fixed=fixed,
        broken=broken,
        neither=neither,
        difference=pair.difference,
        difference_interval=pair.difference_interval,
        p_value=pair.p_value,
        p_adjusted=p_adjusted,
        evidence=evidence,
        tells=least_difference(n, disagreement),
        needed=needed,
        sentence=sentence,
    )


def _tells(n: int, pairs: Sequence[PairFigures]) -> Tells:
    at_best = LEAST_PICTURES / n if n >= LEAST_PICTURES else None
    told = [pair.tells for pair in pairs if pair.tells is not None]
    least, most = (min(told), max(told)) if told else (None, None)
    several = pictures_text(n)
    if at_best is None:
        sentence = (
            f"{several} cannot tell two rungs apart: that takes at least {LEAST_PICTURES} that one "
            "reads and the other does not (exact McNemar test at 5 %)."
        )
    else:
        sentence = (
            f"{several} tell {points_text(at_best)} points apart at best, not less: "
            f"{LEAST_PICTURES} that one rung reads and the other does not, and none the other way "
            "round (exact McNemar test at 5 %)."
        )
    if least is not None and most is not None:
        low, high = points_text(least), points_text(most)
        span = low if low == high else f"{low} to {high}"
        sentence += (
            f" To be shown in four such sets out of five, a difference must be of {span} points, "
            "at these rungs' disagreement."
        )
    return Tells(
        least_pictures=LEAST_PICTURES, at_best=at_best, least=least, most=most, sentence=sentence
    )


def _recommendation(
    labels: Sequence[int], rungs: Sequence[RungAnswers], pairs: Sequence[PairFigures]
) -> Recommendation:
    n = len(labels)
    # sorted() keeps the ladder's order among equals
    by_cost = [rung.name for rung in sorted(rungs, key=lambda rung: rung.multiply_adds)]
    right = {rung.name: sum(_right(labels, rung)) for rung in rungs}
    # of equals the highest: as many of a few pictures are no sign that it is no better
    best = max(reversed(right), key=right.__getitem__)
    p_values = {frozenset((pair.a, pair.b)): pair.p_value for pair in pairs}
    margin = MARGIN_POINTS / 100

    def behind(name: str) -> float:
        """How far a rung may be behind any other."""
        ends = [pair.difference_interval[1] for pair in pairs if pair.a == name]
        ends += [-pair.difference_interval[0] for pair in pairs if pair.b == name]
        return max([0.0, *ends])

    def is_worse(name: str) -> bool:
        return right[name] < right[best] and p_values[frozenset((name, best))] < SIGNIFICANT

    cheapest = next(name for name in by_cost if not is_worse(name))
    rung = cheapest if behind(cheapest) <= margin else None
    close = (name for name in by_cost if not is_worse(name) and behind(name) <= margin)
    safe = next(close, best)
    far = points_text(behind(cheapest))
    most = f"{right[best]:,} of {n:,}"
    if len(rungs) == 1:
        sentence = f"Only `{best}` was asked, so there is nothing to choose between."
    elif rung is None:
        sentence = (
            f"These pictures do not tell: `{best}` reads most, {most}, but another rung may be "
            f"{far} points better."
            if cheapest == best
            else f"These pictures do not tell: `{cheapest}` is the cheapest rung that is not shown "
            f"to read fewer than the best, `{best}` ({right[cheapest]:,} and {most}), but it may "
            f"be {far} points behind."
        )
        sentence += f" Until there are more pictures, `{safe}` is the safer choice."
    elif rung != best:
        sentence = (
            f"Use `{rung}`: it is the cheapest rung that is not shown to read fewer than the best, "
            f"`{best}` ({right[rung]:,} and {most}), and it is at most {far} points behind any "
            "other (95 %)."
        )
    elif rung == by_cost[0]:
        sentence = f"Use `{best}`: it reads most, {most}, and no rung is cheaper."
    else:
        sentence = (
            f"Use `{best}`: it reads most, {most}, and every cheaper rung is shown to read fewer."
        )
    return Recommendation(
        best=best,
        cheapest=cheapest,
        rung=rung,
        safe=safe,
        behind=behind(cheapest),
        margin=margin,
        sentence=sentence,
    )
