"""Grey picture -> which of its pixels are the digit's ink, and how strong it is."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.engine.border_removal import remove_border
from ml_engine_and_backend.engine.connected_components import Mask, find_components
from ml_engine_and_backend.engine.decoding import Floats, Grey, border_of, border_width

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
# A speck: both smaller and shorter than these shares of the largest connected component of ink.
SPECK_AREA_SHARE = 0.03
SPECK_SIDE_SHARE = 0.15
# No digit: no component as long as this many pixels or, in a small picture, this share of it.
MIN_COMPONENT_PX = 8
MIN_COMPONENT_SIDE_SHARE = 0.04
# No digit either: one solid dot shorter than this share of the picture.
MAX_DOT_SIDE_SHARE = 0.12
MIN_DOT_FILL = 0.7

BLANK = "a blank picture: nothing stands out of the background"


class NoDigitError(Exception):
    """What there is instead of a digit, in words."""


class Ink(NamedTuple):
    """The ink within its bounding box, which is `rows` and `columns` of the picture.

    `strength` is 0..`full`, (height, width) of the box, and 0 wherever `mask` is not. `inverted`
    says that the ink is darker than its background.
    """

    rows: slice
    columns: slice
    strength: Floats
    full: float
    mask: Mask
    inverted: bool


def find_ink(grey: Grey) -> Ink:
    """The digit's ink: what stands out of the background, without border, specks and noise.

    Raises:
        NoDigitError: nothing stands out, or only specks or a dot.
    """
    grey, background, floor, rows, columns = _ground(grey)
    # the rest of the picture is ground: nothing below looks at it again
    levels, inverted = _levels(grey[rows, columns], background, floor)
    mask = _at_least(levels, floor)
    may_have_border = remove_border(mask, rows, columns, grey.shape)
    if not mask.any():
        raise NoDigitError(BLANK)
    # specks go before the ink's strength is taken, else black ones would hide a faint digit
    components, longest_px = _drop_specks(mask)
    is_whole = components == 1
    if may_have_border or not is_whole:
        levels = levels * mask  # not in place: it may be the picture itself
    full, strongest = _full_strength(levels, mask)
    if inverted and strongest <= floor:  # the paper's own shades
        raise NoDigitError(BLANK)
    with_rim = mask
    mask = _at_least(levels, max(floor, RIM_SHARE * full))
    down, across = box_of(mask)
    mask = mask[down, across]
    if is_whole:
        # the rim makes it longer, which is of interest only where it is short
        longest_px = max(mask.shape)
        if longest_px < MIN_COMPONENT_PX:
            longest_px = max(side.stop - side.start for side in box_of(with_rim))
    levels = levels[down, across] * mask
    _check_digit(mask, longest_px, max(grey.shape))
    strength = levels.astype(np.float32)
    if full < strongest:  # and the rim had a part in it
        full, _ = _full_strength(levels, mask)
        np.minimum(strength, full, out=strength)
    rows = slice(rows.start + down.start, rows.start + down.stop)
    columns = slice(columns.start + across.start, columns.start + across.stop)
    return Ink(rows, columns, strength, full, mask, inverted)


def _ground(grey: Grey) -> tuple[Grey, float, float, slice, slice]:
    """The picture in even light, its background's level, how far ink must be from that, and where
    there is any: rows and columns.

    The border tells the background, so a drawing with much ink does not flip.

    Raises:
        NoDigitError: there is no ink.
    """
    rows, columns = _box_or_blank(grey != grey[0, 0])
    height, width = grey.shape
    wide = border_width(grey)
    if min(rows.start, columns.start, height - rows.stop, width - columns.stop) >= wide:
        # all of the border is of one level: a drawing on a canvas
        return grey, float(grey[0, 0]), MIN_CONTRAST, rows, columns
    grey, background, floor = _even(grey)
    return grey, background, floor, *_box_or_blank(_apart(grey, background, floor))


def _box_or_blank(mask: Mask) -> tuple[slice, slice]:
    try:
        return box_of(mask)
    except ValueError:
        raise NoDigitError(BLANK) from None


def _even(grey: Grey) -> tuple[Grey, float, float]:
    """The picture in even light, its background's level, and how far ink must be from that."""
    border = border_of(grey)
    if 2 * np.count_nonzero(border == border[0]) > border.size:
        # one level has the majority: it is the median, and the median distance from it is 0
        return grey, float(border[0]), MIN_CONTRAST
    background = float(np.median(border))
    noise = _spread(border - background)
    if noise > EVEN_SPREAD and min(grey.shape) >= MIN_PHOTOGRAPH_PX:
        # light multiplies what paper and ink reflect
        grey = grey.astype(np.float32)
        light = np.maximum(_lighting(grey), 1)
        grey = np.asarray(grey * background / light, dtype=np.float32)
        noise = _spread(border_of(grey) - background)
    return grey, background, min(max(NOISE_SIGMAS * noise, MIN_CONTRAST), ENOUGH_CONTRAST)


def _apart(grey: Grey, background: float, floor: float) -> Mask:
    """True where the picture is at least `floor` away from the background, on either side."""
    if grey.dtype != np.uint8:
        return np.asarray(np.abs(grey - np.float32(background)) >= floor)
    # in whole numbers, a tenth of the time
    apart = grey <= math.floor(background - floor)
    if (above := math.ceil(background + floor)) <= 255:
        apart |= grey >= above
    return apart


def _at_least(levels: Grey, limit: float) -> Mask:
    return levels >= (math.ceil(limit) if levels.dtype == np.uint8 else limit)


def _levels(grey: Grey, background: float, floor: float) -> tuple[Grey, bool]:
    """Ink strength above the background (0 where there is none), inverted or not.

    Whole numbers stay whole. Ink is on the side of the background where more of the picture lies,
    which a border of middle grey leaves open.
    """
    if grey.dtype == np.uint8 and background in (0, 255):
        return (255 - grey, True) if background else (grey, False)
    lighter = grey - np.float32(background)
    if lighter.max() <= floor:
        inverted = bool(lighter.min() < -floor)
    elif lighter.min() >= -floor:
        inverted = False
    else:
        inverted = bool(-lighter[lighter < -floor].sum() > lighter[lighter > floor].sum())
    levels = np.negative(lighter, out=lighter) if inverted else lighter
    return np.maximum(levels, 0, out=levels), inverted


def _spread(levels: NDArray[np.floating[Any]]) -> float:
    """Standard deviation around 0, by the median of magnitudes: some ink does not raise it."""
    return 1.4826 * float(np.median(np.abs(levels)))


def _lighting(grey: Floats) -> Floats:
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


def _check_digit(mask: Mask, longest_px: int, side_px: int) -> None:
    """Raise NoDigitError where `mask`, what is left in its box, is only specks or a dot.

    The longest component of it is `longest_px` long, the picture's longer side `side_px`.
    """
    if longest_px < max(min(MIN_COMPONENT_PX, MIN_COMPONENT_SIDE_SHARE * side_px), 4):
        raise NoDigitError("only specks")
    longer_px = max(mask.shape)
    if (
        longer_px < MAX_DOT_SIDE_SHARE * side_px
        and longer_px < 1.5 * min(mask.shape)
        and np.count_nonzero(mask) >= MIN_DOT_FILL * mask.size
    ):
        raise NoDigitError("only a dot")


def _full_strength(levels: Grey, mask: Mask) -> tuple[float, float]:
    """How strong the ink is where it is full, and where it is strongest.

    Nine tenths of the ink are weaker than full, and specks stronger. `levels` outside of `mask`
    are weaker than inside.
    """
    full = strongest = levels.max()
    count = np.count_nonzero(levels == strongest)
    # where more than a tenth is as strong as any there is no need to sort, nor to count the rest
    # where that is a tenth of all
    if count <= 0.1 * mask.size + 1 and count <= 0.1 * np.count_nonzero(mask) + 1:
        full = np.percentile(levels[mask], 90)
    return float(full), float(strongest)


def _drop_specks(mask: Mask) -> tuple[int, int]:
    """Clear, in place, the components both much smaller and much shorter than the largest one.

    Returns how many components there were, and the longer side of the largest, in pixels.
    """
    components = find_components(mask)
    largest = int(components.areas.argmax())
    keep = components.areas >= SPECK_AREA_SHARE * components.areas[largest]
    keep |= components.sides >= SPECK_SIDE_SHARE * components.sides[largest]
    if not keep.all():
        components.keep(mask, keep)
    return len(components), int(components.sides[largest])


def box_of(mask: Mask) -> tuple[slice, slice]:
    """The rows and columns that the True pixels span.

    Raises:
        ValueError: there is none.
    """
    # bytes are searched from both ends, and faster than arrays are
    pixels, width = mask.tobytes(), mask.shape[1]
    rows = slice(pixels.index(1) // width, pixels.rindex(1) // width + 1)
    columns = np.bitwise_or.reduce(mask[rows]).tobytes()
    return rows, slice(columns.index(1), columns.rindex(1) + 1)
