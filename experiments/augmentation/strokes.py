"""Stroke width: how wide the strokes of digits are, and digits with wider or narrower ones."""

import numpy as np
from numpy.typing import NDArray

Digits = NDArray[np.float32]  # (n, 28, 28), 0 background to 255 ink
INK = 128  # a stroke's edge lies where a pixel is covered in half


def stroke_widths_px(digits: Digits) -> NDArray[np.float32]:
    """Mean stroke width (n,): a long band of width w has the area w·l and the outline 2·l."""
    mask = np.pad(digits >= INK, ((0, 0), (1, 1), (1, 1)))
    steps = np.count_nonzero(mask[:, 1:] != mask[:, :-1], axis=(1, 2))
    steps += np.count_nonzero(mask[:, :, 1:] != mask[:, :, :-1], axis=(1, 2))
    areas = np.count_nonzero(mask, axis=(1, 2))
    # counting pixel edges overrates an outline of all directions by 4 / pi
    return np.asarray(2 * areas / np.maximum(np.pi / 4 * steps, 1), dtype=np.float32)


def change_width(digits: Digits, by_px: NDArray[np.float32]) -> Digits:
    """Digits whose strokes are wider by `by_px` (n,), or narrower where it is negative.

    Grey-scale dilation and erosion (Serra, "Image analysis and mathematical morphology", 1982)
    with a cross and a square in turn, nearly a disc; widths in between are blends of two steps.
    A stroke keeps some ink however much narrower it should get.
    """
    result = digits.copy()
    steps = by_px / 2  # one dilation moves both edges by a pixel
    thinner = np.flatnonzero(steps < 0)
    if len(thinner):
        result[thinner] = _thinned(digits[thinner], np.minimum(-steps[thinner], 1))
    last = int(np.ceil(max(steps.max(initial=0), 0)))
    below = digits
    for step in range(last):
        above = _dilated(below, square=step % 2 == 1)
        here = np.flatnonzero((steps > step) & (steps <= step + 1))
        part = (steps[here] - step)[:, None, None]
        result[here] = below[here] + part * (above[here] - below[here])
        below = above
    return result


def _thinned(digits: Digits, part: NDArray[np.float32]) -> Digits:
    eroded = 255 - _dilated(255 - digits, square=False)
    blend = digits + part[:, None, None] * (eroded - digits)
    # the middle of a stroke stays as black as it was
    peak = blend.max(axis=(1, 2), keepdims=True)
    return np.asarray(blend * (digits.max(axis=(1, 2), keepdims=True) / np.maximum(peak, 1)))


def _dilated(digits: Digits, *, square: bool) -> Digits:
    """Each pixel the largest of itself and its four (`square`: eight) neighbours."""
    rows = digits.copy()
    np.maximum(rows[:, 1:], digits[:, :-1], out=rows[:, 1:])
    np.maximum(rows[:, :-1], digits[:, 1:], out=rows[:, :-1])
    across = rows if square else digits
    result = rows.copy()
    np.maximum(result[:, :, 1:], across[:, :, :-1], out=result[:, :, 1:])
    np.maximum(result[:, :, :-1], across[:, :, 1:], out=result[:, :, :-1])
    return result
