"""People's drawings among the training digits, and those that no training sees."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.data.dataset import Dataset
from experiments.data.feedback import (
    EPOCH_SHARE,
    FEEDBACK,
    MOST_REPEATS,
    split_feedback,
    with_feedback,
)
from experiments.errors import FeedbackError
from ml_engine_and_backend.database.reviewed import ReviewedDrawing


def drawings(writers: int, each: int = 1) -> list[ReviewedDrawing]:
    """Of so many writers, each field telling its writer."""
    return [
        ReviewedDrawing(
            f"{writer * each + i:032x}", f"session:{writer}", bytes([writer]) * 784, writer % 10
        )
        for writer in range(writers)
        for i in range(each)
    ]


def test_a_writer_is_on_one_side_whatever_else_is_drawn() -> None:
    first = split_feedback(drawings(200))
    train, held_out = ({*part.images[:, 0, 0, 0]} for part in (first.train, first.held_out))
    assert train | held_out == {*range(200)}
    assert not train & held_out
    assert 45 < len(held_out) < 90  # about a third
    assert first.counts.held_out_writers == len(held_out) == first.counts.held_out
    assert np.array_equal(first.held_out.labels, first.held_out.images[:, 0, 0, 0] % 10)

    later = split_feedback(drawings(250, each=3))
    assert {*later.held_out.images[:, 0, 0, 0]} & {*range(200)} == held_out
    assert later.counts.train == 3 * later.counts.train_writers


def test_a_drawing_of_nobody_counts_as_a_writer_of_its_own() -> None:
    nobodys = [replace(drawing, owner=None) for drawing in drawings(1, each=200)]
    counts = split_feedback(nobodys).counts
    assert counts.train_writers == counts.train
    assert 45 < counts.held_out < 90


@pytest.mark.parametrize("writer", range(4))
def test_one_writers_drawings_are_split_themselves(writer: int) -> None:
    alone = [replace(drawing, owner=f"account:{writer}") for drawing in drawings(1, each=90)]
    counts = split_feedback(alone).counts
    assert not counts.is_by_writer
    assert counts.train + counts.held_out == 90
    assert 15 < counts.held_out < 45
    assert counts.train_writers == counts.held_out_writers == 1
    assert split_feedback(alone + drawings(20)[1:]).counts.is_by_writer


def test_the_hash_follows_ids_fields_and_digits_but_not_owners() -> None:
    some = drawings(3)
    same = split_feedback([replace(some[0], owner="account:1"), *some[1:]]).counts.sha256
    assert same == split_feedback(some).counts.sha256
    changes = ({"id": "f" * 32}, {"field": bytes(783) + b"\1"}, {"digit": 9})
    hashes = {split_feedback([*some[:2], replace(some[2], **c)]).counts.sha256 for c in changes}
    assert len(hashes | {same}) == 4


@pytest.mark.parametrize(("writers", "repeats"), [(2, MOST_REPEATS), (30, 2), (200, 1)])
def test_few_drawings_come_more_than_once_an_epoch(
    small_mnist: Dataset, writers: int, repeats: int
) -> None:
    feedback = split_feedback(drawings(writers))
    data = with_feedback(small_mnist, feedback)
    people = data.train.images[len(small_mnist.train) :]
    assert len(people) == repeats * len(feedback.train)
    assert {*people[:, 0, 0, 0]} == {*feedback.train.images[:, 0, 0, 0]}
    assert data.feedback is not None
    assert data.feedback.repeats == repeats
    if writers == 30:
        assert len(people) / len(data.train) == pytest.approx(EPOCH_SHARE, abs=0.01)
    assert np.array_equal(data.train.images[: len(small_mnist.train)], small_mnist.train.images)
    assert data.test is small_mnist.test
    assert data.validation is small_mnist.validation
    assert data.sha256 == {**small_mnist.sha256, FEEDBACK: feedback.counts.sha256}


def test_there_must_be_something_to_learn_from(small_mnist: Dataset) -> None:
    # a single drawing is on one side
    held_out = [d for d in drawings(20) if split_feedback([d]).counts.held_out]
    for few in ([], held_out[:1]):
        with pytest.raises(FeedbackError, match="expected reviewed drawings to train on, got none"):
            with_feedback(small_mnist, split_feedback(few))
    with pytest.raises(FeedbackError, match="expected a field of 784 bytes, got 3"):
        split_feedback([ReviewedDrawing("1", None, b"abc", 1)])
