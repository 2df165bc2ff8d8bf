"""Transformed digits: what a network sees in training, new in every epoch."""

import numpy as np
from numpy.typing import NDArray

from experiments.augmentation import additions
from experiments.augmentation.polygons import make_angular
from experiments.augmentation.settings import AugmentationSettings
from experiments.augmentation.strokes import Digits, change_width
from experiments.augmentation.warp import ELASTIC_GRID, Placement, linear_maps, place

Labels = NDArray[np.int64]


def augment(
    images: NDArray[np.uint8],
    labels: Labels,
    settings: AugmentationSettings,
    generator: np.random.Generator,
) -> Digits:
    """Each digit of `images` (n, 28, 28) transformed as `settings` allows: float32, 0..255.

    First some are made angular, and what the label allows is drawn into the digit; then strokes
    change their width, and the digit is turned, slanted, stretched and bent, boxed and centred by
    MNIST's recipe as the engine does with every drawing; then it is moved and scaled a little off
    that, and some lose a small square. A share stays plain. Those that are not boxed are turned and
    scaled around the field's centre instead.

    Source of the elastic bending: Simard, Steinkraus, Platt, "Best practices for convolutional
    neural networks applied to visual document analysis", ICDAR 2003, with control points in
    place of smoothed noise.
    """
    n = len(images)
    digits = images.astype(np.float32)
    angular = np.flatnonzero(generator.random(n) < settings.angular_share)
    if len(angular):
        digits[angular] = make_angular(digits[angular], generator)
    digits = add_strokes(digits, labels, settings, generator)
    change = generator.uniform(-settings.thinner_px, settings.thicker_px, n)
    change[generator.random(n) >= settings.stroke_width_share] = 0
    digits = change_width(digits, change.astype(np.float32))
    placement = draw_placement(n, settings, generator)
    if settings.unboxed_share:
        is_unboxed = generator.random(n) < settings.unboxed_share
        digits = place(digits, placement, is_unboxed)
    else:
        digits = place(digits, placement)
    gain = generator.uniform(0, settings.edge_gain, n).astype(np.float32)
    if settings.edge_gain or not settings.unboxed_share:
        digits = harden_edges(digits, gain)
    if settings.erased_share:
        erased = np.flatnonzero(generator.random(n) < settings.erased_share)
        digits[erased] = erase_squares(digits[erased], generator)
    plain = generator.random(n) < settings.plain_share
    digits[plain] = images[plain]
    return digits


def add_strokes(
    digits: Digits, labels: Labels, settings: AugmentationSettings, generator: np.random.Generator
) -> Digits:
    """Slashes, bars, flags, feet and hooks for the settings' shares of zeros, ones and sevens."""
    digits = digits.copy()
    for digit, share, add in (
        (0, settings.slashed_zero_share, additions.slash_zeros),
        (0, settings.barred_zero_share, additions.bar_zeros),
        (1, settings.flagged_one_share, additions.flag_ones),
        (1, settings.footed_one_share, additions.foot_ones),
        (1, settings.hooked_one_share, additions.hook_ones),
        (7, settings.barred_seven_share, additions.bar_sevens),
    ):
        chosen = np.flatnonzero((labels == digit) & (generator.random(len(labels)) < share))
        if len(chosen):
            digits[chosen] = add(digits[chosen], generator)
    return digits


def draw_placement(
    n: int, settings: AugmentationSettings, generator: np.random.Generator
) -> Placement:
    """Angles, sizes, shifts and bends of n digits."""

    def up_to(strength: float, *shape: int) -> NDArray[np.float32]:
        return generator.uniform(-strength, strength, shape).astype(np.float32)

    bend = generator.standard_normal((n, ELASTIC_GRID, ELASTIC_GRID, 2), dtype=np.float32)
    bend *= generator.uniform(0, settings.elastic_px, (n, 1, 1, 1)).astype(np.float32)
    return Placement(
        linear=linear_maps(
            up_to(np.radians(settings.rotation_degrees), n),
            up_to(np.radians(settings.slant_degrees), n),
            # as often narrower by a factor as wider by it
            np.exp(up_to(np.log1p(settings.stretch_share), n)),
        ),
        size=1 + up_to(settings.size_share, n),
        shift_px=up_to(settings.shift_px, n, 2),
        bend_px=bend,
    )


def harden_edges(digits: Digits, gain: NDArray[np.float32]) -> Digits:
    """Contrast raised by `gain` (n,) around half ink, and full ink where a digit is darkest."""
    factor = 1 + gain[:, None, None]
    harder = np.clip((digits - 100) * factor + 100, 0, 255)
    peak = harder.max(axis=(1, 2), keepdims=True)
    return np.asarray(harder * (255 / np.maximum(peak, 1)), dtype=np.float32)


def erase_squares(digits: Digits, generator: np.random.Generator) -> Digits:
    """Each digit without the ink of a square of 3 to 7 pixels somewhere in the field.

    Source: DeVries and Taylor, "Improved regularization of convolutional neural networks with
    cutout", 2017; smaller, since a larger one makes another digit.
    """
    n = len(digits)
    side = generator.integers(3, 8, (n, 1))
    top, left = generator.integers(4, 24 - side, (2, n, 1))
    places = np.arange(28)
    rows = (places >= top) & (places < top + side)
    columns = (places >= left) & (places < left + side)
    return np.where(rows[:, :, None] & columns[:, None, :], np.float32(0), digits)
