"""Every transform changes digits within their shape and range, and is seeded."""

from dataclasses import fields, replace
from io import BytesIO
from itertools import islice
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from experiments.augmentation.augment import augment
from experiments.augmentation.contact_sheet import (
    COLUMNS,
    NOTHING,
    contact_sheet,
    sheet_rows,
)
from experiments.augmentation.settings import AugmentationSettings
from experiments.data.dataset import Dataset
from experiments.registry import LADDER
from experiments.spec import TrainingSettings
from experiments.training.batches import batches

SETTINGS = AugmentationSettings(
    angular_share=0.5, barred_zero_share=0.3, erased_share=0.7, unboxed_share=0.7
)
STRENGTHS = [setting.name for setting in fields(AugmentationSettings)]

Digits = NDArray[np.float32]


@pytest.fixture(scope="module")
def images(small_mnist: Dataset) -> NDArray[np.uint8]:
    """400 digits, uint8 (400, 28, 28)."""
    return small_mnist.train.images[:400, :, :, 0]


@pytest.fixture(scope="module")
def labels(small_mnist: Dataset) -> NDArray[np.int64]:
    return small_mnist.train.labels[:400]


@pytest.mark.parametrize("name", ["everything", *STRENGTHS])
def test_a_transform_keeps_shape_and_range_and_changes_digits(
    images: NDArray[np.uint8], labels: NDArray[np.int64], name: str
) -> None:
    settings = SETTINGS
    if name != "everything":
        settings = replace(NOTHING, **{name: getattr(SETTINGS, name)})
        if name in ("thicker_px", "thinner_px"):
            settings = replace(settings, stroke_width_share=1)
        if name == "stroke_width_share":
            settings = replace(settings, thicker_px=1)
        if name == "unboxed_share":
            images = np.roll(images, 3, axis=2)  # out of the place where MNIST's recipe puts them
    original = images.copy()
    digits, untouched = (
        augment(images, labels, which, np.random.default_rng(3)) for which in (settings, NOTHING)
    )

    np.testing.assert_array_equal(images, original)
    assert digits.shape == (400, 28, 28)
    assert digits.dtype == np.float32
    assert digits.min() >= 0
    assert 254 <= digits.max() <= 255.01
    changed = np.abs(digits - untouched).max(axis=(1, 2)) > 10
    of_label = {
        "slashed_zero_share": 0,
        "barred_zero_share": 0,
        "flagged_one_share": 1,
        "footed_one_share": 1,
        "hooked_one_share": 1,
        "barred_seven_share": 7,
    }.get(name)
    if name == "plain_share":
        plain = (digits == original).all(axis=(1, 2))
        assert plain.mean() == pytest.approx(SETTINGS.plain_share, abs=0.06)
        np.testing.assert_allclose(digits[~plain], untouched[~plain])
    elif of_label is None:
        assert changed.mean() > (0.1 if name == "angular_share" else 0.4)
    else:
        share = getattr(SETTINGS, name)
        assert share / 3 < changed[labels == of_label].mean() < share * 2
        assert not changed[labels != of_label].any()


def training(batch_size_images: int, **changes: Any) -> TrainingSettings:
    settings = LADDER.get("deep_cnn").settings
    return replace(
        settings, batch_size_images=batch_size_images, **({"augmentation": SETTINGS} | changes)
    )


def test_smoothing_spreads_a_share_of_every_target(small_mnist: Dataset) -> None:
    few = small_mnist.train.head(20)
    (_, targets), *_ = islice(batches(few, training(20, label_smoothing=0.2), 10, 1), 1)
    np.testing.assert_allclose(np.sort(targets, axis=1), [[0.02] * 9 + [0.82]] * 20, rtol=1e-6)


def test_mixup_mixes_digits_as_it_mixes_their_targets(small_mnist: Dataset) -> None:
    chosen = [np.flatnonzero(small_mnist.train.labels == digit)[0] for digit in range(10)]
    few = small_mnist.train.take(np.array(chosen))  # one of each, so that a target says which
    (images, targets), *_ = islice(
        batches(few, training(10, augmentation=None, mixup_alpha=0.5), 10, 1), 1
    )
    expected = np.einsum("nd,dyxc->nyxc", targets, few.images.astype(np.float32))
    np.testing.assert_allclose(images, expected, atol=0.01)
    assert (targets.max(axis=1) < 0.99).any()
    assert (targets.max(axis=1) >= 0.5).all()


def test_the_seed_decides_every_batch(small_mnist: Dataset) -> None:
    few = small_mnist.train.head(50)

    def first_epochs(seed: int) -> list[NDArray[np.float32]]:
        made = batches(few, training(20), 10, seed)
        return [digits for digits, _ in islice(made, 6)]

    once, again, other = first_epochs(1), first_epochs(1), first_epochs(2)
    assert [len(batch) for batch in once] == [20, 20, 10, 20, 20, 10]
    for first, second, third in zip(once, again, other, strict=True):
        np.testing.assert_array_equal(first, second)
        assert not np.array_equal(first, third)


def test_each_digit_comes_once_an_epoch_and_never_the_same(small_mnist: Dataset) -> None:
    few = small_mnist.train.head(50)
    made = list(islice(batches(few, training(25), 10, 1), 4))
    epochs = [
        (np.concatenate([d for d, _ in half]), np.concatenate([y.argmax(axis=1) for _, y in half]))
        for half in (made[:2], made[2:])
    ]
    for digits, labels in epochs:
        assert digits.shape == (50, 28, 28, 1)
        np.testing.assert_array_equal(np.sort(labels), np.sort(few.labels))
    assert not np.array_equal(epochs[0][1], epochs[1][1])  # another order
    pairs = np.abs(epochs[0][0][:, None] - epochs[1][0][None]).max(axis=(2, 3, 4))
    # but for those that stay as they are, in both epochs
    assert np.mean(pairs.min(axis=1) <= 10) < 3 * SETTINGS.plain_share**2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rotation_degrees": -1}, r"expected rotation_degrees in 0\.\.45, got -1"),
        ({"slant_degrees": 50}, r"slant_degrees in 0\.\.45, got 50"),
        ({"thicker_px": 7}, r"thicker_px in 0\.\.6, got 7"),
        ({"size_share": 0.6}, r"size_share in 0\.\.0\.5, got 0\.6"),
        ({"slashed_zero_share": 1.1}, r"slashed_zero_share in 0\.\.1, got 1\.1"),
        ({"edge_gain": float("nan")}, r"edge_gain in 0\.\.4, got nan"),
    ],
)
def test_strengths_beyond_recognition_are_refused(change: dict[str, float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(SETTINGS, **change)


def test_the_contact_sheet_shows_every_transform(small_mnist: Dataset) -> None:
    few = small_mnist.train.head(1_000)
    rows = sheet_rows(SETTINGS)
    # each strength has a row of its own, in which it is not zero
    for name in STRENGTHS:
        assert any(getattr(row.settings, name) > 0 for row in rows if row.settings != SETTINGS), (
            name
        )
    sheet = Image.open(BytesIO(contact_sheet(few.images, few.labels, SETTINGS, 1)))
    assert sheet.format == "PNG"
    titles_px = sheet.width - COLUMNS * 56
    levels = np.asarray(sheet).reshape(len(rows), 56, sheet.width)
    assert (levels[:, :, :titles_px].max(axis=(1, 2)) == 255).all()  # a title
    digits = levels[:, :, titles_px:].reshape(len(rows), 56, COLUMNS, 56)
    assert (digits.max(axis=(1, 3)) > 200).all()  # and a digit in every cell
    with pytest.raises(ValueError, match="expected 1 images of the digit 8, got 0"):
        contact_sheet(few.images[:15], few.labels[:15], SETTINGS, 1)
