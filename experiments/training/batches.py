"""Batches of training digits, in an order of its own in every epoch."""

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from experiments.augmentation.augment import augment
from experiments.augmentation.settings import AugmentationSettings
from experiments.data.mnist import Split


def batches(
    digits: Split,
    size_images: int,
    seed: int,
    augmentation: AugmentationSettings | None = None,
    first_epoch: int = 0,
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
    """Endless batches, epoch after epoch, each digit once an epoch; the last may be smaller.

    Images are float32 (b, 28, 28, 1) in 0..255, labels (b,). An epoch, counted from 0, depends on
    the seed and its number alone: a training that is resumed sees what it would have seen.
    """
    for epoch in itertools.count(first_epoch):
        generator = np.random.default_rng([seed, epoch])
        order = generator.permutation(len(digits))
        for start in range(0, len(digits), size_images):
            chosen = digits.take(order[start : start + size_images])
            if augmentation is None:
                images = chosen.images.astype(np.float32)
            else:
                fields = chosen.images[..., 0]
                images = augment(fields, chosen.labels, augmentation, generator)[..., np.newaxis]
            yield images, chosen.labels
