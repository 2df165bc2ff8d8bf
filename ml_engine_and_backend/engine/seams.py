"""Where digits that touch may come apart: paths from top to bottom that cross little ink.

Seams are shortest paths, found by dynamic programming, as in Avidan, Shamir 2007, "Seam carving
for content-aware image resizing"; ink costs, and so does every step aside.
"""

import math

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.engine.connected_components import Mask
from ml_engine_and_backend.engine.decoding import Floats
from ml_engine_and_backend.engine.strokes import stroke_width

# The mask is searched so small that a digit is at most this many pixels high.
SEARCHED_PX = 28
# A step aside costs as much as a pixel of ink: a seam leans only where that saves some.
ASIDE_COST = 1.0
# At these shares of the height, the best seam through every pixel is looked at.
ANCHORS = (0.25, 0.5, 0.75)
# Ink in strokes as long as these shares of a digit's height: as little lies beyond a seam, and
# between two of them.
MIN_PIECE = 0.3
MIN_BETWEEN = 0.1
# A seam crosses at most this many strokes.
MAX_CROSSED = 3.0
# There are at most this many in a square as high as a digit, and in all.
MAX_DENSITY = 10
MAX_SEAMS = 24

Seam = NDArray[np.intp]  # (height,): the first column to the right of the seam, by row


def find_seams(mask: Mask, digit_px: float) -> list[Seam]:
    """The seams through a mask (height, width) of digits `digit_px` high, from the left."""
    reduction = max(1, math.ceil(digit_px / SEARCHED_PX))
    ink = _reduced(mask, reduction)
    height, width = ink.shape
    down, up = _costs(ink), _costs(ink[::-1])[::-1]
    rows = sorted({min(height - 1, int(share * height)) for share in ANCHORS})
    seams = np.concatenate([_seams_through(down, up, row) for row in rows], axis=1)
    costs = np.concatenate([(down + up - ink)[row] for row in rows])
    before = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1)
    lefts = before[np.arange(height)[:, None], seams]  # the ink left of each seam, by row
    left = lefts.sum(axis=0)
    stroke = stroke_width(mask) / reduction
    a_stroke = stroke * digit_px / reduction
    is_possible = np.minimum(left, ink.sum() - left) >= MIN_PIECE * a_stroke
    is_possible &= costs <= MAX_CROSSED * stroke + ASIDE_COST * height
    order = np.argsort(costs, kind="stable")
    order = order[is_possible[order]]
    most = min(MAX_SEAMS, math.ceil(MAX_DENSITY * width * reduction / digit_px))
    kept: list[int] = []
    while len(order) and len(kept) < most:
        best = int(order[0])
        kept.append(best)
        between = np.abs(lefts[:, order] - lefts[:, [best]]).sum(axis=0)
        order = order[(between >= MIN_BETWEEN * a_stroke) & (order != best)]
    kept.sort(key=lambda seam: float(left[seam]))
    full_rows = np.arange(len(mask)) // reduction
    return [seams[full_rows, seam] * reduction + reduction // 2 for seam in kept]


def _reduced(mask: Mask, reduction: int) -> Floats:
    """The share of ink in squares of `reduction` pixels."""
    height, width = (-(-side // reduction) for side in mask.shape)
    padded = np.zeros((height * reduction, width * reduction), np.float32)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    squares = padded.reshape(height, reduction, width, reduction)
    return np.asarray(squares.mean(axis=(1, 3)), np.float32)


def _costs(ink: Floats) -> Floats:
    """What the cheapest path from the first row to each pixel costs."""
    costs = ink.copy()
    for row in range(1, len(costs)):
        costs[row] += _neighbours(costs[row - 1]).min(axis=0)
    return costs


def _neighbours(costs: Floats) -> Floats:
    """(3, width): the costs by way of the pixel in the same column, to its left, to its right."""
    padded = np.pad(costs, 1, constant_values=np.inf)
    return np.stack([costs, padded[:-2] + ASIDE_COST, padded[2:] + ASIDE_COST])


def _seams_through(down: Floats, up: Floats, row: int) -> NDArray[np.intp]:
    """(height, width): the cheapest path through each pixel of a row."""
    height, width = down.shape
    seams = np.empty((height, width), np.intp)
    seams[row] = np.arange(width)
    aside = np.array([0, -1, 1])
    for costs, step, stop in ((down, -1, -1), (up, 1, height)):
        columns = seams[row]
        for other in range(row + step, stop, step):
            columns = columns + aside[_neighbours(costs[other]).argmin(axis=0)][columns]
            seams[other] = columns
    return seams
