"""What people drew and reviewers settled: drawings to train on, and others that no training sees.

They are split by who drew them, so that what is held out is another hand. A hash of the writer
decides, so nobody ever changes sides, whatever is drawn later. Where everybody is on one side, as
on a machine of one's own, the drawings are split instead: a gain is then one for these hands alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.data.dataset import Dataset, Split
from experiments.errors import FeedbackError
from ml_engine_and_backend.database.reviewed import ReviewedDrawing
from ml_engine_and_backend.engine.preprocessing import FIELD_PX
from ml_engine_and_backend.model_folder.metadata import FeedbackCounts, TrainedFeedback

# among the SHA-256 of the data that a training learnt from
FEEDBACK: Final = "feedback"
# one writer of so many is held out
HELD_OUT_ONE_IN: Final = 3
# of an epoch; where there are fewer drawings, each comes more than once, up to MOST_REPEATS
EPOCH_SHARE: Final = 0.05
MOST_REPEATS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Feedback:
    """Reviewed drawings, split by writer, or where that leaves one side empty by drawing."""

    train: Split
    held_out: Split
    counts: FeedbackCounts


def split_feedback(drawings: Sequence[ReviewedDrawing]) -> Feedback:
    """Split `drawings`, which come in the order of their ids.

    Raises FeedbackError for a field that is not uint8 (28, 28).
    """
    ids = [f"drawing:{drawing.id}" for drawing in drawings]
    writers = [drawing.owner or id_ for drawing, id_ in zip(drawings, ids, strict=True)]
    is_by_writer = len({_is_held_out(writer) for writer in writers}) > 1
    is_held_out = np.array([_is_held_out(key) for key in (writers if is_by_writer else ids)], bool)

    def count_writers(is_wanted: NDArray[np.bool_]) -> int:
        return len({w for w, wanted in zip(writers, is_wanted, strict=True) if wanted})

    digits = Split(
        np.array([_field(drawing) for drawing in drawings], np.uint8).reshape(
            -1, FIELD_PX, FIELD_PX, 1
        ),
        np.array([drawing.digit for drawing in drawings], np.int64),
    )
    return Feedback(
        train=digits.take(np.flatnonzero(~is_held_out)),
        held_out=digits.take(np.flatnonzero(is_held_out)),
        counts=FeedbackCounts(
            train=int(np.sum(~is_held_out)),
            train_writers=count_writers(~is_held_out),
            held_out=int(is_held_out.sum()),
            held_out_writers=count_writers(is_held_out),
            is_by_writer=is_by_writer,
            sha256=_sha256(drawings),
        ),
    )


def with_feedback(data: Dataset, feedback: Feedback) -> Dataset:
    """MNIST with the training part of `feedback` behind its training digits.

    Each drawing comes as often as makes all of them EPOCH_SHARE of an epoch, at most MOST_REPEATS
    times and at least once: a few hundred among 55,000 would hardly be seen otherwise.

    Raises FeedbackError where there is nothing to train on.
    """
    n = len(feedback.train)
    if not n:
        raise FeedbackError(
            "expected reviewed drawings to train on, got none outside the held-out part "
            f"({feedback.counts.held_out} drawings by {feedback.counts.held_out_writers} writers)"
        )
    wanted = EPOCH_SHARE / (1 - EPOCH_SHARE) * len(data.train) / n
    repeats = min(MOST_REPEATS, max(1, round(wanted)))
    train = Split(
        np.concatenate([data.train.images, *[feedback.train.images] * repeats]),
        np.concatenate([data.train.labels, *[feedback.train.labels] * repeats]),
    )
    return replace(
        data,
        train=train,
        sha256={**data.sha256, FEEDBACK: feedback.counts.sha256},
        feedback=TrainedFeedback(**feedback.counts.model_dump(), repeats=repeats),
    )


def _is_held_out(writer: str) -> bool:
    return hashlib.sha256(writer.encode()).digest()[0] % HELD_OUT_ONE_IN == 0


def _field(drawing: ReviewedDrawing) -> NDArray[np.uint8]:
    if len(drawing.field) != FIELD_PX**2:
        raise FeedbackError(
            f"drawing {drawing.id}: expected a field of {FIELD_PX**2} bytes, "
            f"got {len(drawing.field):,}"
        )
    return np.frombuffer(drawing.field, np.uint8)


def _sha256(drawings: Sequence[ReviewedDrawing]) -> str:
    content = hashlib.sha256()
    for drawing in drawings:
        content.update(f"{drawing.id} {drawing.digit} ".encode() + drawing.field)
    return content.hexdigest()
