"""Lines along a picture's edges that no hand drew."""

import numpy as np

from ml_engine_and_backend.engine.connected_components import Mask, find_pieces

# A frame: lines along the edges of a picture that is not tiny, at most so thick and at least so
# long as these shares of its sides, and no further from the edge than the third.
MIN_FRAMED_PX = 64
FRAME_THICKNESS_SHARE = 0.03
FRAME_LENGTH_SHARE = 0.75
FRAME_MARGIN_SHARE = 0.06


def drop_frame(mask: Mask, rows: slice, columns: slice, shape: tuple[int, ...]) -> bool:
    """Clear, in place, lines along the picture's edges that no hand drew; whether there may be any.

    `mask` is all there is in a picture of `shape`, in `rows` and `columns`. Lines on three or
    four sides are a frame. A line on one or two sides is foreign where the rest of the ink keeps
    off it: the bar of a 7 at the edge does not.
    """
    if min(shape) < MIN_FRAMED_PX or not (
        _may_be_framed(rows, columns, *shape) or _may_be_framed(columns, rows, *shape[::-1])
    ):
        return False
    whole = np.zeros(shape, bool)
    whole[rows, columns] = mask
    mask[...] = _without_frame(whole)[rows, columns]
    return True


def _may_be_framed(across: slice, along: slice, side_px: int, length_px: int) -> bool:
    """Whether lines `along` a side of `length_px` may be a frame's; `side_px` is across them."""
    depth = round(FRAME_MARGIN_SHARE * side_px)
    near = across.start < depth or across.stop > side_px - depth
    return bool(near and along.stop - along.start >= FRAME_LENGTH_SHARE * length_px)


def _without_frame(mask: Mask) -> Mask:
    without, sides = mask.copy(), 0
    for lines, cleared in ((mask, without), (mask.T, without.T)):
        depth = round(FRAME_MARGIN_SHARE * len(lines))
        for edge in (slice(0, depth), slice(len(lines) - depth, len(lines))):
            full = np.count_nonzero(lines[edge], axis=1) >= FRAME_LENGTH_SHARE * lines.shape[1]
            # a broader band is a stroke along the edge
            if 0 < np.count_nonzero(full) <= FRAME_THICKNESS_SHARE * len(lines):
                cleared[edge][full] = False
                sides += 1
    if not sides:
        return mask
    if without.any():
        pieces = find_pieces(without)
        height, width = mask.shape
        # in the outer eighths of both sides lie a frame's round corners
        corner = (pieces.bottoms <= height / 8) | (pieces.tops >= height * 7 / 8)
        corner &= (pieces.rights <= width / 8) | (pieces.lefts >= width * 7 / 8)
        pieces.keep(without, ~corner)
    if sides >= 3 or (without.any() and not (_beside(mask & ~without) & without).any()):
        return without
    return mask


def _beside(mask: Mask) -> Mask:
    """`mask` and the pixels that touch it along a side or at a corner."""
    rows = mask.copy()
    rows[1:] |= mask[:-1]
    rows[:-1] |= mask[1:]
    beside = rows.copy()
    beside[:, 1:] |= rows[:, :-1]
    beside[:, :-1] |= rows[:, 1:]
    return beside
