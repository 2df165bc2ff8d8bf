"""A set of labelled 28×28 pictures, split into training, validation and test."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.errors import DataError
from ml_engine_and_backend.model_folder.metadata import (
    DIGIT_CLASSES,
    MOST_CLASSES,
    Preprocessing,
    Subject,
    TrainedFeedback,
)

# the split is part of the data, not of a run: every seed trains and validates on the same pictures
SPLIT_SEED = 1998


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Pictures and what they are.

    `images` is uint8 (n, 28, 28, 1), 0 background to 255 ink; `labels` is int64 (n,), the index of
    each picture's class.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.shape[1:] != (28, 28, 1):
            raise DataError(
                f"expected uint8 images (n, 28, 28, 1), got {self.images.dtype} {self.images.shape}"
            )
        if self.labels.shape != self.images.shape[:1]:
            raise DataError(
                f"expected {len(self.images):,} labels, one an image, got {self.labels.shape}"
            )
        self.check_labels(MOST_CLASSES)

    def __len__(self) -> int:
        return len(self.labels)

    def check_labels(self, classes: int) -> None:
        """Raise DataError where a label is not the index of one of so many classes."""
        if self.labels.size and not 0 <= self.labels.min() <= self.labels.max() < classes:
            raise DataError(
                f"expected labels from 0 to {classes - 1}, "
                f"got {self.labels.min()} to {self.labels.max()}"
            )

    def take(self, indices: NDArray[np.int64]) -> "Split":
        """The pictures at `indices`, in that order."""
        return Split(self.images[indices], self.labels[indices])

    def head(self, count: int) -> "Split":
        """The first `count` pictures, or all where there are fewer."""
        return Split(self.images[:count], self.labels[:count])


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Three disjoint splits, the names of the classes, and the SHA-256 of what they came from.

    `feedback` says what of people's drawings follows the pictures in `train`. `preprocessing` is
    how a picture must be made ready for a network that learns from these.

    Raises DataError for a label without a class.
    """

    train: Split
    validation: Split
    test: Split
    sha256: Mapping[str, str]
    classes: tuple[str, ...] = DIGIT_CLASSES
    feedback: TrainedFeedback | None = None
    preprocessing: Preprocessing = "mnist"

    @property
    def subject(self) -> Subject:
        """What a model of these tells apart, and from which fields."""
        return self.classes, self.preprocessing

    @property
    def is_own(self) -> bool:
        """Whether these are somebody's own pictures, rather than MNIST's."""
        return self.preprocessing == "as_is"

    def __post_init__(self) -> None:
        for split in (self.train, self.validation, self.test):
            split.check_labels(len(self.classes))


def split_indices(
    labels: NDArray[np.int64], validation_images: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of the training and the validation part, each ascending; together all of them.

    Stratified: each class gets its share of `validation_images`, rounded by largest remainder,
    so the parts add up exactly. Raises DataError when there are too few images to split.
    """
    if not 0 < validation_images < len(labels):
        raise DataError(
            f"expected a validation split between 1 and {len(labels) - 1:,} images, "
            f"got {validation_images:,}"
        )
    counts = np.bincount(labels)
    shares = counts * validation_images / len(labels)
    quotas = np.floor(shares).astype(np.int64)
    by_remainder = np.argsort(quotas - shares, kind="stable")
    quotas[by_remainder[: validation_images - quotas.sum()]] += 1

    generator = np.random.default_rng(seed)
    chosen = [
        generator.permutation(np.flatnonzero(labels == label))[:quota]
        for label, quota in enumerate(quotas)
    ]
    in_validation = np.zeros(len(labels), dtype=bool)
    in_validation[np.concatenate(chosen)] = True
    return np.flatnonzero(~in_validation), np.flatnonzero(in_validation)
