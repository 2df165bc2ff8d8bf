"""Grey picture -> which of its pixels are the digit's ink, and how strong it is."""

import math
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ml_engine_and_backend.engine.background import MIN_CONTRAST, ink_levels
from ml_engine_and_backend.engine.bars import RIM_PX, without_bars
from ml_engine_and_backend.engine.connected_components import Mask, find_components
from ml_engine_and_backend.engine.decoding import Floats, Grey, border_of, border_width
from ml_engine_and_backend.engine.ruled_lines import remove_box, remove_lines

# Ink weaker than this share of its full strength does not decide the box: it is an edge's soft rim.
RIM_SHARE = 0.15
# A component that is nowhere as strong as this share of full ink is none.
FAINT_SHARE = 0.4
# A speck: both smaller and shorter than these shares of the largest connected component of ink.
SPECK_AREA_SHARE = 0.03
SPECK_SIDE_SHARE = 0.15
# No digit: no component as long as this many pixels or, in a small picture, this share of it.
MIN_COMPONENT_PX = 8
MIN_COMPONENT_SIDE_SHARE = 0.04
# No digit either: one dot shorter than this share of the picture, whose inscribed circle is at
# least so wide, in shares of its longer side: a fat digit's strokes are narrower.
MAX_DOT_SIDE_SHARE = 0.12
MIN_DOT_WIDTH_SHARE = 0.8

# A picture on a page: so many of its rows are as full as the fullest, and of its columns.
FULL_SHARE = 0.9
PICTURE_SHARE = 0.3

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
    """The digit's ink: what stands out of the background, without lines, specks and noise.

    Raises:
        NoDigitError: nothing stands out, or only specks or a dot.
    """
    rows, columns = _box_or_blank(grey != grey[0, 0])
    height, width = grey.shape
    margin = min(rows.start, columns.start, height - rows.stop, width - columns.stop)
    # a border of one level: a drawing on a canvas, or a picture on a page
    is_clear, background = margin >= border_width(grey), float(grey[0, 0])
    may_be_picture = not is_clear or _may_be_picture(grey[rows, columns], background)
    if may_be_picture and (ink := _ink_in_picture(grey)):
        return ink
    if is_clear:
        levels, inverted = _levels(grey[rows, columns], background)
        mask = _at_least(levels, MIN_CONTRAST)
        return _ink(levels, mask, MIN_CONTRAST, inverted, (rows.start, columns.start), grey.shape)
    return _ink_to_the_edges(grey)


def _ink_in_picture(grey: Grey) -> Ink | None:
    """The ink within bars or a frame; None where there are none, or nothing in them."""
    rows, columns = without_bars(grey)
    part = grey[rows, columns]
    if part.shape == grey.shape:
        return None
    try:
        ink = find_ink(part)
    except NoDigitError:  # the bars are all there is: a thick 1
        return None
    if min(ink.mask.shape) <= RIM_PX:  # or all but its soft edge
        return None
    return _moved(ink, rows.start, columns.start)


def _ink_to_the_edges(grey: Grey) -> Ink:
    """The ink on paper, or of a drawing that reaches the border."""
    border = border_of(grey)
    if 2 * np.count_nonzero(border == border[0]) > border.size:
        levels, inverted = _levels(grey, float(border[0]))
        levels, floor = levels.astype(np.float32), MIN_CONTRAST
    else:
        levels, floor, inverted = ink_levels(grey)
    mask = levels >= floor
    if not mask.any():
        raise NoDigitError(BLANK)
    full = float(np.percentile(levels[mask], 90))
    mask = remove_lines(levels >= max(floor, RIM_SHARE * full))
    # what is faint everywhere is no stroke, but a shadow's rest
    components = find_components(mask)
    strong = components.labels[levels >= FAINT_SHARE * full]
    mask = components.keep(np.bincount(strong, minlength=len(components) + 1)[1:] > 0)
    return _ink(levels * mask, mask, floor, inverted, (0, 0), grey.shape)


def _ink(
    levels: Grey,
    mask: Mask,
    floor: float,
    inverted: bool,
    corner: tuple[int, int],
    shape: tuple[int, ...],
) -> Ink:
    """The ink of `mask`, all of it at least `floor` strong, at `corner` in a picture of `shape`.

    Raises:
        NoDigitError: only specks or a dot.
    """
    if not mask.any():
        raise NoDigitError(BLANK)
    # specks go before the ink's strength is taken, else black ones would hide a faint digit
    cleaned, components, longest_px = _without_specks(mask)
    unboxed = remove_box(cleaned)
    if unboxed is not cleaned:
        cleaned, components, longest_px = _without_specks(unboxed)
    is_whole = components == 1
    if cleaned is not mask:
        mask, levels = cleaned, levels * cleaned  # not in place: it may be the picture itself
    full, strongest = _full_strength(levels, mask)
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
    _check_digit(mask, longest_px, max(shape))
    strength = levels.astype(np.float32)
    if full < strongest:  # and the rim had a part in it
        full, _ = _full_strength(levels, mask)
        np.minimum(strength, full, out=strength)
    return _moved(Ink(down, across, strength, full, mask, inverted), *corner)


def _moved(ink: Ink, down: int, across: int) -> Ink:
    rows = slice(ink.rows.start + down, ink.rows.stop + down)
    columns = slice(ink.columns.start + across, ink.columns.stop + across)
    return ink._replace(rows=rows, columns=columns)


def _may_be_picture(box: Grey, background: float) -> bool:
    """Whether a good part of the rows, and of the columns, is as full as the fullest.

    Digits are not like that, or few of them; `box` is all there is on the background.
    """
    if box.dtype == np.uint8 and background in (0, 255):
        apart = box != background
    else:
        apart = np.abs(box - np.float32(background)) >= MIN_CONTRAST
    for axis in (1, 0):
        counts = np.count_nonzero(apart, axis=axis)
        full = np.count_nonzero(counts >= FULL_SHARE * counts.max())
        if full < PICTURE_SHARE * len(counts):
            return False
    return True


def _box_or_blank(mask: Mask) -> tuple[slice, slice]:
    try:
        return box_of(mask)
    except ValueError:
        raise NoDigitError(BLANK) from None


def _at_least(levels: Grey, limit: float) -> Mask:
    return levels >= (math.ceil(limit) if levels.dtype == np.uint8 else limit)


def _levels(grey: Grey, background: float) -> tuple[Grey, bool]:
    """Ink strength above an even background (0 where there is none), inverted or not.

    Whole numbers stay whole. Ink is on the side of the background where more of the picture lies,
    which a border of middle grey leaves open.
    """
    if grey.dtype == np.uint8 and background in (0, 255):
        return (255 - grey, True) if background else (grey, False)
    lighter = grey - np.float32(background)
    inverted = bool(-lighter[lighter < -MIN_CONTRAST].sum() > lighter[lighter > MIN_CONTRAST].sum())
    levels = np.negative(lighter, out=lighter) if inverted else lighter
    return np.maximum(levels, 0, out=levels), inverted


def _check_digit(mask: Mask, longest_px: int, side_px: int) -> None:
    """Raise NoDigitError where `mask`, what is left in its box, is only specks or a dot.

    The longest component of it is `longest_px` long, the picture's longer side `side_px`.
    """
    if longest_px < max(min(MIN_COMPONENT_PX, MIN_COMPONENT_SIDE_SHARE * side_px), 4):
        raise NoDigitError("only specks")
    longer_px = max(mask.shape)
    if (
        longer_px < MAX_DOT_SIDE_SHARE * side_px
        and 2 * ndimage.distance_transform_edt(np.pad(mask, 1)).max()
        >= MIN_DOT_WIDTH_SHARE * longer_px
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


def _without_specks(mask: Mask) -> tuple[Mask, int, int]:
    """The mask without the components both much smaller and much shorter than the largest one.

    Also how many components there were, and the longer side of the largest, in pixels.
    """
    components = find_components(mask)
    largest = int(components.areas.argmax())
    keep = components.areas >= SPECK_AREA_SHARE * components.areas[largest]
    keep |= components.sides >= SPECK_SIDE_SHARE * components.sides[largest]
    kept = mask if keep.all() else components.keep(keep)
    return kept, len(components), int(components.sides[largest])


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
