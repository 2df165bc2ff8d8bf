"""Grey picture -> which of its pixels are the digit's ink, and how strong it is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml_engine_and_backend.engine.decoding import Grey, border_of

# The background's noise, in standard deviations, that ink must stand out of.
NOISE_SIGMAS = 6.0
# Ink is at least so far from the background, in grey levels of 255, however clean that is;
# and need not be further, however noisy: ink that lies on the border looks like noise.
MIN_CONTRAST = 6.0
ENOUGH_CONTRAST = 100.0
# A border that varies by more than this is paper in some light, unless the picture is tiny.
EVEN_SPREAD = 3.0
MIN_PHOTOGRAPH_PX = 64
# Ink weaker than this share of its full strength does not decide the box: it is an edge's soft rim.
RIM_SHARE = 0.15
# A speck: both smaller and shorter than these shares of the largest connected piece of ink.
SPECK_AREA_SHARE = 0.03
SPECK_SIDE_SHARE = 0.15
# No digit: no piece of ink as long as this many pixels or, in a small picture, this share of it.
MIN_PIECE_PX = 8
MIN_PIECE_SIDE_SHARE = 0.04
# No digit either: one solid dot shorter than this share of the picture.
MAX_DOT_SIDE_SHARE = 0.12
MIN_DOT_FILL = 0.7
# A frame: lines along the edges of a picture that is not tiny, at most so thick and at least so
# long as these shares of its sides, and no further from the edge than the third.
MIN_FRAMED_PX = 64
FRAME_THICKNESS_SHARE = 0.03
FRAME_LENGTH_SHARE = 0.75
FRAME_MARGIN_SHARE = 0.06
# Pixels touch along their sides and at their corners.
TOUCHING = np.ones((3, 3), dtype=bool)

Mask = NDArray[np.bool_]


class NoDigitError(Exception):
    """What there is instead of a digit, in words."""


@dataclass(frozen=True)
class Ink:
    """The ink within its bounding box, which is `rows` and `columns` of the picture.

    `strength` is 0..1, (height, width) of the box, and 0 wherever `mask` is not. `inverted` says
    that the ink is darker than its background.
    """

    rows: slice
    columns: slice
    strength: Grey
    mask: Mask
    inverted: bool


def find_ink(grey: Grey) -> Ink:
    """The digit's ink: what stands out of the background, without frame, specks and noise.

    Raises:
        NoDigitError: nothing stands out, or only specks or a dot.
    """
    levels, floor, inverted = _levels(grey)
    mask = _digit_mask(levels, floor)
    rows, columns = box_of(mask)
    levels, mask = levels[rows, columns], mask[rows, columns]
    strength = np.where(mask, np.minimum(levels / _full_strength(levels[mask]), 1), 0)
    return Ink(rows, columns, np.asarray(strength, dtype=np.float32), mask, inverted)


def _levels(grey: Grey) -> tuple[Grey, float, bool]:
    """Ink strength above the background (0 where there is none), its noise floor, inverted or not.

    The border tells the background, so a drawing with much ink does not flip. Ink is on the side
    of the background where more of the picture lies, which a border of middle grey leaves open.
    """
    border = border_of(grey)
    background = float(np.median(border))
    noise = _spread(border - background)
    if noise > EVEN_SPREAD and min(grey.shape) >= MIN_PHOTOGRAPH_PX:
        # light multiplies what paper and ink reflect
        light = np.maximum(_lighting(grey), 1)
        grey = np.asarray(grey * background / light, dtype=np.float32)
        noise = _spread(border_of(grey) - background)
    floor = min(max(NOISE_SIGMAS * noise, MIN_CONTRAST), ENOUGH_CONTRAST)
    darker, lighter = background - grey, grey - background
    inverted = bool(darker[darker > floor].sum() > lighter[lighter > floor].sum())
    return np.maximum(darker if inverted else lighter, 0), floor, inverted


def _spread(levels: NDArray[np.floating[Any]]) -> float:
    """Standard deviation around 0, by the median of magnitudes: some ink does not raise it."""
    return 1.4826 * float(np.median(np.abs(levels)))


def _lighting(grey: Grey) -> Grey:
    """The paper's brightness, (height, width), as light from one side and dark corners shape it.

    A quadratic surface by least squares, fitted anew to the pixels near it until ink has no say.
    """
    y, x = np.meshgrid(
        *(np.linspace(-1, 1, side, dtype=np.float32) for side in grey.shape), indexing="ij"
    )
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    step = max(1, max(grey.shape) // 64)
    some, levels = terms[::step, ::step].reshape(-1, 6), grey[::step, ::step].ravel()
    paper = np.ones(len(levels), bool)
    for _ in range(5):
        surface = np.linalg.lstsq(some[paper], levels[paper])[0]
        off = np.abs(levels - some @ surface)
        paper = off <= np.quantile(off, 0.7)  # ink covers less than the rest
    return np.asarray(terms @ surface, dtype=np.float32)


def _digit_mask(ink: Grey, floor: float) -> Mask:
    """True where the digit's own ink is: above the noise, no frame, no specks, no soft rim."""
    mask = ink >= floor
    _drop_frame(mask)
    if not mask.any():
        raise NoDigitError("a blank picture: nothing stands out of the background")
    rows, columns = box_of(mask)
    # specks go before the ink's strength is taken, else black ones would hide a faint digit
    longest_px = _drop_specks(mask[rows, columns])
    mask &= ink >= RIM_SHARE * _full_strength(ink[mask])

    rows, columns = box_of(mask)
    height, width = mask[rows, columns].shape
    side_px = max(ink.shape)
    if longest_px < max(min(MIN_PIECE_PX, MIN_PIECE_SIDE_SHARE * side_px), 4):
        raise NoDigitError("only specks")
    round_ = max(width, height) < 1.5 * min(width, height)
    if (
        round_
        and max(width, height) < MAX_DOT_SIDE_SHARE * side_px
        and mask[rows, columns].mean() >= MIN_DOT_FILL
    ):
        raise NoDigitError("only a dot")
    return mask


def _drop_frame(mask: Mask) -> None:
    """Clear, in place, lines along the picture's edges that no hand drew.

    Lines on three or four sides are a frame. A line on one or two sides is foreign where the rest
    of the ink keeps off it: the bar of a 7 at the edge does not.
    """
    if min(mask.shape) < MIN_FRAMED_PX:
        return
    without, sides = mask.copy(), 0
    for lines, cleared in ((mask, without), (mask.T, without.T)):
        depth = round(FRAME_MARGIN_SHARE * len(lines))
        for edge in (slice(0, depth), slice(len(lines) - depth, len(lines))):
            full = lines[edge].mean(axis=1) >= FRAME_LENGTH_SHARE
            # a broader band is a stroke along the edge
            if 0 < np.count_nonzero(full) <= FRAME_THICKNESS_SHARE * len(lines):
                cleared[edge][full] = False
                sides += 1
    if not sides:
        return
    pieces, _ = ndimage.label(without, structure=TOUCHING)
    for number, box in enumerate(ndimage.find_objects(pieces), start=1):
        if all(_is_outside(part, side) for part, side in zip(box, mask.shape, strict=True)):
            without[pieces == number] = False  # a round corner of the frame
    beside = ndimage.binary_dilation(mask & ~without, structure=TOUCHING)
    if sides >= 3 or (without.any() and not (beside & without).any()):
        mask[...] = without


def _is_outside(part: slice, side_px: int) -> bool:
    """Whether `part` lies wholly in the outer eighth of a side, where round corners are."""
    return bool(part.stop <= side_px / 8 or part.start >= side_px * 7 / 8)


def _full_strength(ink: Grey) -> float:
    """How strong the ink is where it is full: nine tenths are weaker, and specks stronger."""
    return float(np.percentile(ink, 90))


def _drop_specks(mask: Mask) -> int:
    """Clear, in place, the pieces both much smaller and much shorter than the largest one.

    Returns the longer side of the largest piece, in pixels.
    """
    pieces, count = ndimage.label(mask, structure=TOUCHING)
    if count == 1:
        return int(max(mask.shape))
    areas = np.bincount(pieces.ravel(), minlength=count + 1)[1:]
    sides = np.array(
        [
            max(rows.stop - rows.start, columns.stop - columns.start)
            for rows, columns in ndimage.find_objects(pieces)
        ]
    )
    largest = int(areas.argmax())
    keep = areas >= SPECK_AREA_SHARE * areas[largest]
    keep |= sides >= SPECK_SIDE_SHARE * sides[largest]
    mask &= np.concatenate([[False], keep])[pieces]
    return int(sides[largest])


def box_of(mask: Mask) -> tuple[slice, slice]:
    """The rows and columns that the True pixels span; there must be one."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
