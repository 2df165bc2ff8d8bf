"""The gate of a promotion: a challenger against the champion that is served, on the same digits.

It can only refuse. No training and no choice before it looked at the test split; how often it was
asked is counted, since whoever asks often enough finds one that passes by luck.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.data.dataset import Dataset, Split
from experiments.data.feedback import Feedback
from experiments.data.mnist import DIGITS
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.cost import median_latency_us
from experiments.evaluation.robustness import DISTURBANCES
from experiments.training.export import logits_of, network_of
from experiments.training.publish import hardware
from ml_engine_and_backend.engine.predictor import Network
from ml_engine_and_backend.model_folder.comparison import (
    Z_ONE_SIDED_95,
    mcnemar_gain,
    p_text,
    paired_interval,
    signed,
    wilson_interval,
)
from ml_engine_and_backend.model_folder.folder import read_metadata, read_report
from ml_engine_and_backend.model_folder.promotion import Line, PromotionReport, Verdict
from ml_engine_and_backend.model_folder.report import Robustness
from ml_engine_and_backend.model_folder.served import all_served

Right = NDArray[np.bool_]  # (n,): which digits are read rightly

_TIMED_ROUNDS: Final = 5
_TIMED_CALLS: Final = 200


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much worse a challenger may be; shares are in 0..1.

    A margin of accuracy is the larger of a fixed one and a share of the champion's errors: two
    trainings of a rung that misreads 700 test digits differ by more than those of one that
    misreads 40.
    """

    mnist: float = 0.002
    penstrokes: float = 0.005
    errors: float = 0.20
    one_digit: float = 0.010
    one_digits_errors: float = 1 / 3
    robustness: float = 0.020
    p_value: float = 0.05
    wrong_labels: float = 0.16
    latency: float = 1.25
    size: float = 1.10


BOUNDS: Final = Bounds()


@dataclass(frozen=True, slots=True, eq=False)
class _Contender:
    folder: Path
    network: Network

    def right(self, digits: Split) -> Right:
        return np.asarray(self.read(digits) == digits.labels)

    def comes_near(self, digits: Split) -> Right:
        two_likeliest = self._logits(digits).argsort(axis=-1)[:, -2:]
        return np.asarray((two_likeliest == digits.labels[:, np.newaxis]).any(axis=-1))

    def read(self, digits: Split) -> NDArray[np.int64]:
        return np.asarray(self._logits(digits).argmax(axis=-1))

    def _logits(self, digits: Split) -> NDArray[np.float32]:
        return logits_of(self.network, digits.images)


def judge(
    challenger: Path,
    champion: Path,
    data: Dataset,
    canvas: CanvasTest | None,
    feedback: Feedback,
    bounds: Bounds = BOUNDS,
) -> PromotionReport:
    """Measure two versions of a model, given by their folders, line by line.

    Raises BrokenModelError where the server would serve one of them, or another rung, not.
    """
    new, old = (_Contender(folder, network_of(folder)) for folder in (challenger, champion))
    right_new, right_old = new.right(data.test), old.right(data.test)
    metadata = read_metadata(challenger)
    return PromotionReport(
        format=1,
        model=metadata.name,
        version=metadata.version,
        champion_version=read_metadata(champion).version,
        created_at=datetime.now(UTC).replace(microsecond=0),
        hardware=hardware(),
        test_digits=len(data.test),
        feedback=feedback.counts,
        lines=[
            _no_loss(
                "mnist",
                "No loss on MNIST's test split",
                right_old,
                right_new,
                max(bounds.mnist, bounds.errors * float(np.mean(~right_old))),
            ),
            _no_digit_worse(data.test.labels, right_old, right_new, bounds),
            _penstrokes(old, new, canvas, bounds),
            _robustness(champion, challenger, bounds),
            _gain(old, new, feedback, bounds),
            _labels(old, new, feedback, bounds),
            _latency(old, new, data.test, bounds),
            _size(champion, challenger, bounds),
        ],
    )


def _no_loss(name: str, title: str, old: Right, new: Right, margin: float) -> Line:
    both, neither = int(np.sum(old & new)), int(np.sum(~old & ~new))
    fixed, broken = int(np.sum(~old & new)), int(np.sum(old & ~new))
    low, _ = paired_interval(both, fixed, broken, neither, Z_ONE_SIDED_95)
    return Line(
        name=name,
        title=title,
        verdict=_verdict(low >= -margin),
        champion=float(old.mean()),
        challenger=float(new.mean()),
        figure=low,
        bound=-margin,
        text=(
            f"{new.mean():.2%} in place of {old.mean():.2%} of {len(old):,}: {fixed} fixed, "
            f"{broken} broken, {_points((fixed - broken) / len(old))} points and no worse than "
            f"{_points(low)} (one-sided 95 %); allowed are {_points(-margin)}"
        ),
    )


def _no_digit_worse(labels: NDArray[np.int64], old: Right, new: Right, bounds: Bounds) -> Line:
    recalls = []
    for digit in range(DIGITS):
        of_digit = labels == digit
        before, after = float(old[of_digit].mean()), float(new[of_digit].mean())
        margin = max(bounds.one_digit, bounds.one_digits_errors * (1 - before))
        recalls.append((after - before + margin, digit, before, after, margin))
    slack, digit, before, after, margin = min(recalls)
    return Line(
        name="digits",
        title="No digit much worse",
        verdict=_verdict(slack >= 0),
        champion=before,
        challenger=after,
        figure=after - before,
        bound=-margin,
        text=(
            f"nearest to its bound is {digit}: {after:.2%} in place of {before:.2%} of MNIST's, "
            f"{_points(after - before)} points; allowed are {_points(-margin)}"
        ),
    )


def _penstrokes(
    old: _Contender, new: _Contender, canvas: CanvasTest | None, bounds: Bounds
) -> Line:
    name, title = "penstrokes", "No loss on people's pen strokes"
    if canvas is None:
        return Line(
            name=name,
            title=title,
            verdict="not_measured",
            text="the pen strokes were not there",
        )
    digits = canvas.digits
    split = Split(digits.images, digits.labels)
    right_old, right_new = (digits.read_rightly(each.read(split)) for each in (old, new))
    margin = max(bounds.penstrokes, bounds.errors * float(np.mean(~right_old)))
    return _no_loss(name, title, right_old, right_new, margin)


def _robustness(champion: Path, challenger: Path, bounds: Bounds) -> Line:
    name, title = "robustness", "No loss on disturbed digits"
    old, new = (read_report(folder).robustness for folder in (champion, challenger))
    if _what_was_measured(old) != _what_was_measured(new):
        return Line(
            name=name,
            title=title,
            verdict="failed",
            text=f"expected both reports of the same disturbances, got others in {champion}: "
            "`python -m experiments measure` measures anew",
        )
    before, after = _mean_disturbed(old), _mean_disturbed(new)
    return Line(
        name=name,
        title=title,
        verdict=_verdict(after - before >= -bounds.robustness),
        champion=before,
        challenger=after,
        figure=after - before,
        bound=-bounds.robustness,
        text=(
            f"{after:.2%} in place of {before:.2%} over all disturbances of {new.n:,} digits: "
            f"{_points(after - before)} points; allowed are {_points(-bounds.robustness)}"
        ),
    )


def _what_was_measured(robustness: Robustness) -> list[object]:
    curves = [(curve.name, curve.levels) for curve in robustness.curves]
    return [robustness.n, robustness.seed, curves]


def _mean_disturbed(robustness: Robustness) -> float:
    harmless = {disturbance.name: disturbance.harmless for disturbance in DISTURBANCES}
    return float(
        np.mean(
            [
                accuracy
                for curve in robustness.curves
                for level, accuracy in zip(curve.levels, curve.accuracy, strict=True)
                if level != harmless[curve.name]
            ]
        )
    )


def _gain(old: _Contender, new: _Contender, feedback: Feedback, bounds: Bounds) -> Line:
    name, title = "feedback", "A gain on drawings that no training saw"
    if not len(feedback.held_out):
        return Line(
            name=name,
            title=title,
            verdict="failed",
            text="expected reviewed drawings that are held out, got none: a gain cannot be shown",
        )
    right_old, right_new = old.right(feedback.held_out), new.right(feedback.held_out)
    fixed, broken = int(np.sum(~right_old & right_new)), int(np.sum(right_old & ~right_new))
    p_value = mcnemar_gain(fixed, broken)
    writers = f"{feedback.counts.held_out_writers} writers"
    if not feedback.counts.is_by_writer:
        writers += " who are learnt from too"
    return Line(
        name=name,
        title=title,
        verdict=_verdict(p_value < bounds.p_value),
        champion=float(right_old.mean()),
        challenger=float(right_new.mean()),
        figure=p_value,
        bound=bounds.p_value,
        text=(
            f"{right_new.mean():.1%} in place of {right_old.mean():.1%} of {len(right_old):,} "
            f"drawings by {writers}: {fixed} fixed, {broken} broken, {p_text(p_value)} (exact "
            f"McNemar, one-sided); needed is p < {bounds.p_value}"
        ),
    )


def _labels(old: _Contender, new: _Contender, feedback: Feedback, bounds: Bounds) -> Line:
    """Labels that no reader comes near are wrong, or of drawings from which nothing is learnt.

    The challenger learnt from the same reviewers. Where the label is not among the two likeliest
    digits of either contender, nor what any other served rung reads, it stands alone; labels that
    were given without care do so.
    """
    name, title = "labels", "Labels that can be believed"
    held_out, n = feedback.held_out, len(feedback.held_out)
    if not n:
        return Line(name=name, title=title, verdict="not_measured", text="there is no drawing")
    models_dir, rung = new.folder.parents[1], new.folder.parent.name
    others = [
        _Contender(folder, network_of(folder)).right(held_out)
        for other, folder in all_served(models_dir).items()
        if other != rung
    ]
    alone = ~np.any([old.comes_near(held_out), new.comes_near(held_out), *others], axis=0)
    _, high = wilson_interval(int(alone.sum()), n, Z_ONE_SIDED_95)
    return Line(
        name=name,
        title=title,
        verdict=_verdict(high <= bounds.wrong_labels),
        figure=high,
        bound=bounds.wrong_labels,
        text=(
            f"{int(alone.sum())} of {n:,} held-out labels are neither among the two likeliest "
            f"digits of the two nor what another served rung reads: at most {high:.1%} (one-sided "
            f"95 %); allowed are {bounds.wrong_labels:.0%}"
        ),
    )


def _latency(old: _Contender, new: _Contender, digits: Split, bounds: Bounds) -> Line:
    # in turns, and the best of each: what else the machine does meanwhile hits both
    times = [
        [median_latency_us(each.network, digits, _TIMED_CALLS) for each in (old, new)]
        for _ in range(_TIMED_ROUNDS)
    ]
    before, after = (float(best) for best in np.min(times, axis=0))
    return Line(
        name="latency",
        title="As fast",
        verdict=_verdict(after <= bounds.latency * before),
        champion=before,
        challenger=after,
        figure=after / before,
        bound=bounds.latency,
        text=(
            f"{after:.0f} µs a digit in place of {before:.0f} µs: {after / before:.2f} times; "
            f"allowed are {bounds.latency:.2f}"
        ),
    )


def _size(champion: Path, challenger: Path, bounds: Bounds) -> Line:
    before, after = (read_metadata(folder).size_bytes for folder in (champion, challenger))
    return Line(
        name="size",
        title="As small",
        verdict=_verdict(after <= bounds.size * before),
        champion=before,
        challenger=after,
        figure=after / before,
        bound=bounds.size,
        text=(
            f"{after:,} bytes in place of {before:,}: {after / before:.2f} times; allowed are "
            f"{bounds.size:.2f}"
        ),
    )


def _verdict(is_fulfilled: bool) -> Verdict:
    return "passed" if is_fulfilled else "failed"


def _points(share: float) -> str:
    return signed(100 * share)
