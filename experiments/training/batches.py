"""Batches of training digits, in an order of its own in every epoch."""

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from experiments.augmentation.augment import augment
from experiments.data.dataset import Split
from experiments.spec import TrainingSettings

Batch = tuple[NDArray[np.float32], NDArray[np.float32]]


def batches(
    digits: Split, settings: TrainingSettings, classes: int, seed: int, first_epoch: int = 0
) -> Iterator[Batch]:
    """Endless batches, epoch after epoch, each digit once an epoch; the last may be smaller.

    Images are float32 (b, 28, 28, 1) in 0..255, targets (b, classes) the probabilities to learn.
    An epoch, counted from 0, depends on the seed and its number alone: a training that is resumed
    sees what it would have seen.
    """
    size_images = settings.batch_size_images
    for epoch in itertools.count(first_epoch):
        generator = np.random.default_rng([seed, epoch])
        order = generator.permutation(len(digits))
        for start in range(0, len(digits), size_images):
            chosen = digits.take(order[start : start + size_images])
            if settings.augmentation is None:
                images = chosen.images.astype(np.float32)
            else:
                fields = chosen.images[..., 0]
                images = augment(fields, chosen.labels, settings.augmentation, generator)
                images = images[..., np.newaxis]
            targets = one_hot(chosen.labels, classes)
            if settings.mixup_alpha:
                images, targets = _mixup(images, targets, settings.mixup_alpha, generator)
            smoothing = settings.label_smoothing
            yield images, (1 - smoothing) * targets + np.float32(smoothing / classes)


def one_hot(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """All of the probability (n, classes) on each of `labels` (n,)."""
    return np.eye(classes, dtype=np.float32)[labels]


def _mixup(
    images: NDArray[np.float32],
    targets: NDArray[np.float32],
    alpha: float,
    generator: np.random.Generator,
) -> Batch:
    n = len(images)
    partner = generator.permutation(n)
    share = generator.beta(alpha, alpha, n).astype(np.float32)
    share = np.maximum(share, 1 - share)[:, np.newaxis]  # most of each stays itself
    targets = share * targets + (1 - share) * targets[partner]
    share = share[..., np.newaxis, np.newaxis]
    return share * images + (1 - share) * images[partner], targets
