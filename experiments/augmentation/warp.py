"""One resampling for all that moves ink: turn, slant, stretch, scale, shift and bend."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from experiments.augmentation.strokes import INK, Digits
from ml_engine_and_backend.engine.preprocessing import BOX_PX, CENTRE_PX, FIELD_PX

ELASTIC_GRID = 6  # control points a side: neighbours lie about 5 px apart

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the ink goes, a digit each: `linear` (n, 2, 2) maps (x, y) around the centre of mass.

    Then the digit is scaled until its longer side is `size` (n,) times MNIST's 20 px, and its
    centre of mass is put `shift_px` (n, 2) off the field's centre. `bend_px` (n, 6, 6, 2) are
    displacements at control points.
    """

    linear: Floats
    size: Floats
    shift_px: Floats
    bend_px: Floats | None = None


def place(
    digits: Digits, placement: Placement, is_unboxed: NDArray[np.bool_] | None = None
) -> Digits:
    """Digits boxed and centred as MNIST's recipe does, after `placement.linear`.

    The box and the centre of mass are followed through the linear map, not measured afterwards,
    so that the ink is interpolated (bilinear) only once. Those that are `is_unboxed` (n,) are not
    boxed: the field's centre stands for the centre of mass, and `size` is a plain factor.
    """
    centre = _centres_of_mass(digits)
    scale = placement.size * BOX_PX / _longer_sides(digits, centre, placement.linear)
    if is_unboxed is not None:
        centre = np.where(is_unboxed[:, None], np.float32(CENTRE_PX), centre)
        scale = np.where(is_unboxed, placement.size, scale)
    backward = np.linalg.inv(placement.linear) / scale[:, None, None]
    field = np.arange(FIELD_PX, dtype=np.float32) - CENTRE_PX
    x = field[None, None, :] - placement.shift_px[:, 0, None, None]
    y = field[None, :, None] - placement.shift_px[:, 1, None, None]
    if placement.bend_px is not None:
        spread = _spline()
        bend_x, bend_y = (spread @ placement.bend_px[..., axis] @ spread.T for axis in (0, 1))
        x, y = x + bend_x, y + bend_y
    b = backward.astype(np.float32)[:, :, :, None, None]
    source_x = b[:, 0, 0] * x + b[:, 0, 1] * y + centre[:, 0, None, None]
    source_y = b[:, 1, 0] * x + b[:, 1, 1] * y + centre[:, 1, None, None]
    return _sample(digits, source_x, source_y)


def linear_maps(rotation: Floats, slant: Floats, stretch: Floats) -> Floats:
    """(n, 2, 2): slanted by `slant`, height over width times `stretch`, turned by `rotation`.

    Angles (n,) in radians, counter-clockwise and to the right positive as a person sees them; y
    grows downwards.
    """
    cos, sin = np.cos(rotation), np.sin(rotation)
    turned = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)
    root, zero = np.sqrt(stretch), np.zeros_like(stretch)
    shaped = np.stack(
        [np.stack([1 / root, -np.tan(slant) * root], -1), np.stack([zero, root], -1)], -2
    )
    return np.asarray(turned @ shaped, dtype=np.float32)


def _centres_of_mass(digits: Digits) -> Floats:
    """x and y (n, 2) in pixel indices."""
    places = np.arange(FIELD_PX, dtype=np.float32)
    columns, rows = digits.sum(axis=1), digits.sum(axis=2)
    total = np.maximum(rows.sum(axis=1), 1)
    return np.stack([columns @ places / total, rows @ places / total], axis=-1)


def _longer_sides(digits: Digits, centre: Floats, linear: Floats) -> Floats:
    """The longer side (n,) of the ink's bounding box after the linear map, in pixels."""
    mask = digits >= INK
    inked = mask.any(axis=2)
    # the hull's corners are among the first and the last inked pixel of each row
    first = mask.argmax(axis=2)
    last = FIELD_PX - 1 - mask[:, :, ::-1].argmax(axis=2)
    x = np.concatenate([first, last], axis=1) - centre[:, 0, None]
    y = np.tile(np.arange(FIELD_PX, dtype=np.float32), 2)[None, :] - centre[:, 1, None]
    inked = np.concatenate([inked, inked], axis=1)
    sides = []
    for axis in (0, 1):
        a, b = linear[:, axis, 0, None], linear[:, axis, 1, None]
        place = a * x + b * y
        high = np.where(inked, place, -np.inf).max(axis=1)
        low = np.where(inked, place, np.inf).min(axis=1)
        sides.append(high - low + np.abs(a[:, 0]) + np.abs(b[:, 0]))
    longer = np.maximum(*sides)
    # a field without ink has no box; any scale leaves it empty
    return np.asarray(np.where(np.isfinite(longer), longer, BOX_PX), dtype=np.float32)


@cache
def _spline() -> Floats:
    """(28, 6): weights of the control points, by the uniform cubic B-spline."""
    control = np.linspace(0, FIELD_PX - 1, ELASTIC_GRID)
    distance = np.abs(np.arange(FIELD_PX)[:, None] - control) / (control[1] - control[0])
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = (2 - distance) ** 3 / 6
    weights = np.where(distance < 1, near, np.where(distance < 2, far, 0))
    return np.asarray(weights, dtype=np.float32)


def _sample(digits: Digits, x: Floats, y: Floats) -> Digits:
    """Bilinear interpolation at (x, y), both (n, 28, 28); nothing lies outside the field."""
    side = FIELD_PX + 3
    padded = np.zeros((len(digits), side, side), np.float32)
    padded[:, 1 : FIELD_PX + 1, 1 : FIELD_PX + 1] = digits
    x, y = np.clip(x, -1, FIELD_PX) + 1, np.clip(y, -1, FIELD_PX) + 1
    left, top = x.astype(np.int32), y.astype(np.int32)
    x -= left
    y -= top
    corner = top * side + left + (np.arange(len(digits), dtype=np.int32) * side**2)[:, None, None]
    flat = padded.ravel()
    above = flat.take(corner)
    above += x * (flat.take(corner + 1) - above)
    below = flat.take(corner + side)
    below += x * (flat.take(corner + side + 1) - below)
    above += y * (below - above)
    return above
