"""What people draw and MNIST hardly has: slashed or barred 0s, barred 7s, 1s with flag and foot.

Each function draws into all the digits that it is given, with strokes as wide as their own.
Lengths are shares of the digit's height, so that they suit large and small digits.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.augmentation.strokes import INK, Digits, stroke_widths_px

Points = NDArray[np.float32]  # (n, 2): x and y in pixel indices

MIRRORED_SLASH_SHARE = 0.1
ONE_SIDED_FOOT_SHARE = 0.15
_EDGE_PX = 1.5  # so far from the field's edge every stroke ends
_PLACES = np.arange(28, dtype=np.float32)


def slash_zeros(zeros: Digits, generator: np.random.Generator) -> Digits:
    """A stroke from the lower left to the upper right, for a few the other way."""
    top, bottom, left, right = _boxes(zeros)
    n = len(zeros)
    lower, upper = generator.uniform(0.45, 1.45, (2, n, 2))
    half = np.stack([(right - left) / 2, -(bottom - top) / 2], axis=-1)
    half[:, 0] = np.maximum(half[:, 0], 3)  # a narrow zero is crossed all the same
    half[generator.random(n) < MIRRORED_SLASH_SHARE, 0] *= -1
    centre = np.stack([(left + right) / 2, (top + bottom) / 2], axis=-1)
    centre += generator.normal(0, 0.6, (n, 2))
    return _draw(zeros, centre - lower * half, centre + upper * half)


def bar_zeros(zeros: Digits, generator: np.random.Generator) -> Digits:
    """A stroke across the middle, about level: within the zero, or out of it on either side."""
    top, bottom, left, right = _boxes(zeros)
    n = len(zeros)
    y = top + (bottom - top) * generator.uniform(0.35, 0.65, n)
    half = np.maximum((right - left) / 2, 3) / np.maximum(bottom - top, 1)
    reach = half * generator.uniform(0.55, 1.6, (2, n))
    return _level_stroke(zeros, np.stack([(left + right) / 2, y], axis=-1), reach, generator)


def flag_ones(ones: Digits, generator: np.random.Generator) -> Digits:
    """A stroke that rises to the top of the stem from its left."""
    top, bottom, *_ = _boxes(ones)
    height = bottom - top
    stem = np.stack([_ink_middle(ones, top + 0.5), top + 0.5], axis=-1)
    from_vertical = np.radians(generator.uniform(15, 65, len(ones)))
    length = height * generator.uniform(0.15, 0.8, len(ones))
    across = np.stack([-np.sin(from_vertical), np.cos(from_vertical)], axis=-1)
    return _draw(ones, stem, stem + length[:, None] * across)


def foot_ones(ones: Digits, generator: np.random.Generator) -> Digits:
    """A stroke under the stem, about level, of any length, at times to one side only."""
    _, bottom, *_ = _boxes(ones)
    n = len(ones)
    stem = np.stack([_ink_middle(ones, bottom - 0.5), bottom - 0.5], axis=-1)
    reach = generator.uniform(0.08, 0.5, (2, n))
    reach[generator.integers(0, 2, n), np.arange(n)] *= generator.random(n) >= ONE_SIDED_FOOT_SHARE
    return _level_stroke(ones, stem, reach, generator)


def hook_ones(ones: Digits, generator: np.random.Generator) -> Digits:
    """A short stroke that rises to the right from the stem's end, where the pen was lifted late."""
    top, bottom, *_ = _boxes(ones)
    stem = np.stack([_ink_middle(ones, bottom - 0.5), bottom - 0.5], axis=-1)
    from_level = np.radians(generator.uniform(10, 60, len(ones)))
    length = (bottom - top) * generator.uniform(0.15, 0.45, len(ones))
    across = np.stack([np.cos(from_level), -np.sin(from_level)], axis=-1)
    return _draw(ones, stem, stem + length[:, None] * across)


def bar_sevens(sevens: Digits, generator: np.random.Generator) -> Digits:
    """A stroke across the stem, about level and half-way down."""
    top, bottom, *_ = _boxes(sevens)
    n = len(sevens)
    y = top + (bottom - top) * generator.uniform(0.38, 0.65, n)
    stem = np.stack([_ink_middle(sevens, y), y], axis=-1)
    return _level_stroke(sevens, stem, generator.uniform(0.12, 0.4, (2, n)), generator)


def _level_stroke(
    digits: Digits, middle: Points, reach: NDArray[np.float64], generator: np.random.Generator
) -> Digits:
    top, bottom, *_ = _boxes(digits)
    slope = np.radians(generator.normal(0, 8, len(digits)))
    direction = np.stack([np.cos(slope), -np.sin(slope)], axis=-1)
    to_left, to_right = (bottom - top) * reach
    return _draw(
        digits, middle - to_left[:, None] * direction, middle + to_right[:, None] * direction
    )


def _draw(digits: Digits, start: Points, end: Points) -> Digits:
    """A straight stroke with round ends; ink that is there already stays."""
    start, end = (np.clip(ends, _EDGE_PX, 27 - _EDGE_PX) for ends in (start, end))
    along = end - start
    x = _PLACES[None, None, :] - start[:, 0, None, None]
    y = _PLACES[None, :, None] - start[:, 1, None, None]
    dx, dy = along[:, 0, None, None], along[:, 1, None, None]
    share = np.clip((x * dx + y * dy) / np.maximum(dx * dx + dy * dy, 1e-6), 0, 1)
    distance_px = np.hypot(x - share * dx, y - share * dy)
    # a pixel that the stroke's edge crosses is covered in part
    covered = np.clip(stroke_widths_px(digits)[:, None, None] / 2 + 0.5 - distance_px, 0, 1)
    return np.asarray(np.maximum(digits, 255 * covered), dtype=np.float32)


def _boxes(digits: Digits) -> tuple[NDArray[np.float32], ...]:
    """The first and last row and the first and last column with ink, each (n,)."""
    mask = digits >= INK
    sides = []
    for axis in (2, 1):
        inked = np.asarray(mask.any(axis=axis))
        sides += [inked.argmax(axis=1), 27 - inked[:, ::-1].argmax(axis=1)]
    return tuple(side.astype(np.float32) for side in sides)


def _ink_middle(digits: Digits, y: NDArray[np.floating]) -> NDArray[np.float32]:
    """The mean x (n,) of the ink near row `y`."""
    near = np.maximum(0, 1.5 - np.abs(_PLACES[None, :] - y[:, None]))
    ink = np.einsum("nyx,ny->nx", digits, near.astype(np.float32))
    return np.asarray(ink @ _PLACES / np.maximum(ink.sum(axis=1), 1))
