"""Lines along a picture's edges that no hand drew."""

import numpy as np
from scipy import ndimage

from ml_engine_and_backend.engine.connected_components import (
    EIGHT_NEIGHBOURS,
    Mask,
    find_components,
)

# A border: lines along the edges of a picture that is not tiny, at most as thick and at least as
# long as these shares of its sides, and no further from the edge than the third.
MIN_BORDERED_PX = 64
BORDER_THICKNESS_SHARE = 0.03
BORDER_LENGTH_SHARE = 0.75
BORDER_MARGIN_SHARE = 0.06


def remove_border(mask: Mask, rows: slice, columns: slice, shape: tuple[int, ...]) -> bool:
    """Clear, in place, lines along the picture's edges that no hand drew; whether there may be any.

    `mask` is all there is in a picture of `shape`, in `rows` and `columns`. Lines on three or
    four sides are a border. A line on one or two sides is one where the rest of the ink does not
    touch it, as it does the bar of a 7 at the edge.
    """
    if min(shape) < MIN_BORDERED_PX or not (
        _may_be_border(rows, columns, *shape) or _may_be_border(columns, rows, *shape[::-1])
    ):
        return False
    whole = np.zeros(shape, bool)
    whole[rows, columns] = mask
    mask[...] = _without_border(whole)[rows, columns]
    return True


def _may_be_border(across: slice, along: slice, side_px: int, length_px: int) -> bool:
    """Whether lines `along` a side of `length_px` may be a border; `side_px` is across them."""
    depth = round(BORDER_MARGIN_SHARE * side_px)
    near = across.start < depth or across.stop > side_px - depth
    return bool(near and along.stop - along.start >= BORDER_LENGTH_SHARE * length_px)


def _without_border(mask: Mask) -> Mask:
    without, sides = mask.copy(), 0
    for lines, cleared in ((mask, without), (mask.T, without.T)):
        depth = round(BORDER_MARGIN_SHARE * len(lines))
        for edge in (slice(0, depth), slice(len(lines) - depth, len(lines))):
            full = np.count_nonzero(lines[edge], axis=1) >= BORDER_LENGTH_SHARE * lines.shape[1]
            # a broader band is a stroke along the edge
            if 0 < np.count_nonzero(full) <= BORDER_THICKNESS_SHARE * len(lines):
                cleared[edge][full] = False
                sides += 1
    if not sides:
        return mask
    if without.any():
        components = find_components(without)
        height, width = mask.shape
        # in the outer eighths of both sides lie a border's round corners
        corner = (components.bottoms <= height / 8) | (components.tops >= height * 7 / 8)
        corner &= (components.rights <= width / 8) | (components.lefts >= width * 7 / 8)
        components.keep(without, ~corner)
    if sides >= 3 or (
        without.any()
        and not (ndimage.binary_dilation(mask & ~without, EIGHT_NEIGHBOURS) & without).any()
    ):
        return without
    return mask
