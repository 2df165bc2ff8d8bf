"""Lines of the paper that no hand drew: ruled and squared lines, and the boxes of forms."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml_engine_and_backend.engine.connected_components import (
    EIGHT_NEIGHBOURS,
    Mask,
    find_components,
)
from ml_engine_and_backend.engine.morphology import opened

# Pictures and boxes smaller than this have no lines: a digit's own strokes cross them.
MIN_SIDE_PX = 48
# A line covers at least this share of the picture's (or box's) length, and reaches both edges.
COVERED_SHARE = 0.8
EDGE_SHARE = 0.03
# It is no thicker than this share of the side that it crosses, and its slope is one of these.
THICKNESS_SHARE = 0.06
SLOPES = np.linspace(-0.07, 0.07, 29)
# Lines are looked for in a picture that is reduced to at most this side.
SEARCH_SIDE_PX = 256
# More of them in one direction are a texture.
MAX_LINES = 40
BLOCKS = 16
# What is taller than so many times a line's thickness is a stroke that crosses it.
STROKE_THICKNESSES = 1.6
# What touches a line along the edge is a stroke if it is so much of all that is no line.
STROKE_SHARE = 0.2
# A box's lines lie in this outer share of what there is.
BOX_MARGIN_SHARE = 0.15


class _Line(NamedTuple):
    """A nearly level line: its row at the middle of the picture, and rows per column."""

    row: float
    slope: float


def remove_lines(mask: Mask, *, again: bool = True) -> Mask:
    """The mask without lines that cross the whole picture, level or upright.

    Strokes that cross a line stay whole, and so does a line along an edge of the picture that the
    rest touches: the bar of a 7. Where one or two lines are all there is, they stay.
    """
    level, upright = _lines(mask), _lines(mask.T)
    if (not level and not upright) or max(len(level), len(upright)) > MAX_LINES:
        return mask
    rest = _without(mask, level, upright)
    kept = [
        [line for line in lines if not _is_stroke(line, of, rest_of)]
        for lines, of, rest_of in ((level, mask, rest), (upright, mask.T, rest.T))
    ]
    if kept != [level, upright]:
        rest = _without(mask, *kept)
    is_frame = len(level) + len(upright) >= 3
    if not rest.any():
        return rest if is_frame else mask
    if again and (rest != mask).any():  # a line beside a stronger one shows once that is gone
        return remove_lines(rest, again=False)
    return rest


def remove_box(mask: Mask) -> Mask:
    """The mask, which is all there is, without a box around the rest; without one, all of it.

    A box has straight lines on three or four sides of all there is, and something in it.
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    inside = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if not _may_have_box(inside):
        return mask
    level, upright = _outer_lines(inside), _outer_lines(inside.T)
    height, width = inside.shape
    sides = {line.row < height / 2 for line in level}, {line.row < width / 2 for line in upright}
    if sum(map(len, sides)) < 3:
        return mask
    within = _without(inside, level, upright)
    if not opened(within, 2, 2).any():
        return mask
    components = find_components(within)
    down, across = BOX_MARGIN_SHARE * height, BOX_MARGIN_SHARE * width
    corner = (components.bottoms <= down) | (components.tops >= height - down)
    corner &= (components.rights <= across) | (components.lefts >= width - across)
    rest = np.zeros_like(mask)
    rest[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = components.keep(~corner)
    return rest if rest.any() else mask


def _is_stroke(line: _Line, mask: Mask, rest: Mask) -> bool:
    """Whether a line lies along the picture's edge, and `rest` touches it."""
    height = len(mask)
    depth = max(4, int(THICKNESS_SHARE * height))
    if depth < line.row < height - depth:
        return False
    edge = slice(0, 2 * depth) if line.row < height / 2 else slice(height - 2 * depth, height)
    around = ndimage.binary_dilation(mask[edge] & ~rest[edge], EIGHT_NEIGHBOURS)
    components = find_components(rest)
    touched = np.unique(components.labels[edge][around & rest[edge]])
    # crumbs of other lines touch it as well
    return bool(components.areas[touched - 1].sum() > STROKE_SHARE * components.areas.sum())


def _outer_lines(mask: Mask) -> list[_Line]:
    height = len(mask)
    depth = BOX_MARGIN_SHARE * height
    # a box's corners may be round
    lines = _lines(mask, BOX_MARGIN_SHARE)
    return [line for line in lines if not depth < line.row < height - depth]


def _may_have_box(mask: Mask) -> bool:
    """Whether three sides have a row or a column that is nearly full: cheap, and rarely so."""
    if min(mask.shape) < MIN_SIDE_PX:
        return False
    full = 0
    for lines in (mask, mask.T):
        depth = max(2, round(BOX_MARGIN_SHARE * len(lines)))
        for edge in (lines[:depth], lines[-depth:]):
            # a line that slopes is in several rows
            full += np.count_nonzero(edge.any(axis=0)) >= COVERED_SHARE * lines.shape[1]
    return full >= 3


def _lines(mask: Mask, edge_share: float = EDGE_SHARE) -> list[_Line]:
    """The nearly level lines that begin and end in the outer `edge_share` of the columns."""
    if min(mask.shape) < MIN_SIDE_PX:
        return []
    by = -(-max(mask.shape) // SEARCH_SIDE_PX)
    height, width = (-(-side // by) for side in mask.shape)
    edge = max(1, round(edge_share * width))
    if not (mask[:, : edge * by].any() and mask[:, (width - edge) * by :].any()):
        return []
    padded = np.zeros((height * by, width * by), bool)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    small: Mask = np.asarray(padded.reshape(height, by, width, by).any(axis=(1, 3)))
    small[1:] |= small[:-1].copy()  # a line between two rows is in one of them
    covered = _covered(small, edge)
    best = covered.max(axis=0)
    lines: list[_Line] = []
    for row in np.flatnonzero(best >= COVERED_SHARE):
        near = best[max(0, row - 2) : row + 3]
        if best[row] == near.max() and (not lines or row * by - lines[-1].row > 2 * by):
            # of slopes that are about as good, the flattest
            slopes = SLOPES[covered[:, row] >= 0.99 * best[row]]
            lines.append(_Line(float(row * by), float(slopes[np.abs(slopes).argmin()])))
    return lines


def _covered(mask: Mask, edge: int) -> NDArray[np.floating]:
    """How much of a line of each slope from each row (slopes, height) is there.

    It is 0 for a line that is nowhere in the first, or in the last, `edge` columns. Columns are
    taken together in blocks, in which a line hardly rises.
    """
    height, width = mask.shape
    starts = np.arange(0, width, max(1, width // BLOCKS))
    counts = np.add.reduceat(mask.astype(np.int32), starts, axis=1)
    sizes = np.diff(np.append(starts, width))
    rises = np.rint(np.outer(SLOPES, starts + sizes / 2 - width / 2)).astype(int)
    margin = int(np.abs(rises).max())
    # a line may leave the picture above or below
    counts = np.pad(counts, ((margin, margin), (0, 0)))
    inside = np.pad(np.ones((height, 1), bool), ((margin, margin), (0, 0))) * sizes
    rows = np.arange(height)[None, :, None] + margin + rises[:, None, :]
    blocks = np.arange(len(starts))
    there, possible = counts[rows, blocks], inside[rows, blocks]
    sides = np.pad(
        np.stack([mask[:, :edge].any(axis=1), mask[:, -edge:].any(axis=1)], axis=1),
        ((margin, margin), (0, 0)),
    )
    from_edge_to_edge = sides[rows[..., [0, -1]], [0, 1]].all(axis=-1)
    share = there.sum(axis=-1) / np.maximum(possible.sum(axis=-1), width / 2)
    return np.asarray(from_edge_to_edge * share)


def _without(mask: Mask, level: list[_Line], upright: list[_Line]) -> Mask:
    """The mask without the lines, but with the strokes that cross them."""
    near_level, gone_level, thickness = _trace(mask, level)
    near_upright, gone_upright, other = _trace(mask.T, upright)
    crossing = near_level & near_upright.T
    if crossing.any():
        side = round(STROKE_THICKNESSES * max(thickness, other)) + 1
        strokes = opened(np.pad(mask, side), side, side)[side:-side, side:-side]
        crossing &= ~strokes
    return np.asarray(mask & ~(gone_level | gone_upright.T | crossing))


def _trace(mask: Mask, lines: list[_Line]) -> tuple[Mask, Mask, float]:
    """The pixels of nearly level lines, those of them that no taller stroke crosses, and how
    thick the thickest line is.
    """
    traced, gone, most = np.zeros_like(mask), np.zeros_like(mask), 0.0
    thickest = max(4, int(THICKNESS_SHARE * len(mask)))
    off = 2 * -(-max(mask.shape) // SEARCH_SIDE_PX)  # how far off its row a line may be found
    for line in lines:
        band, _ = _band(mask, line, thickest + off)
        start, stop = _filled(np.count_nonzero(band, axis=1))
        counts = np.count_nonzero(band[start:stop], axis=0)
        thickness = float(np.median(counts[counts > 0])) if counts.any() else 0.0
        if not 0 < thickness <= thickest:
            continue
        most = max(most, thickness)
        # an upright run that is longer than the line is thick belongs to a stroke
        length = int(STROKE_THICKNESSES * thickness) + 2
        above = max(0, start - length)
        shift = thickest + off - above
        band, places = _band(mask, line, shift, stop + length - above - shift)
        near = np.zeros_like(band)
        near[start - above : stop - above] = band[start - above : stop - above]
        traced[tuple(place[near] for place in places)] = True
        near &= ~opened(band, length, 1)
        gone[tuple(place[near] for place in places)] = True
    return traced, gone, most


def _band(
    mask: Mask, line: _Line, above: int, below: int | None = None
) -> tuple[Mask, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """A strip of the mask that follows a line, and the row and column of each of its pixels.

    From `above` pixels above it to `below` (or as many) below; False outside of the picture.
    """
    height, width = mask.shape
    columns = np.arange(width)
    middle = np.rint(line.row + line.slope * (columns - width / 2)).astype(np.intp)
    rows = middle + np.arange(-above, (above if below is None else below) + 1)[:, None]
    inside = (rows >= 0) & (rows < height)
    rows = np.clip(rows, 0, height - 1)
    return mask[rows, columns] & inside, (rows, np.broadcast_to(columns, rows.shape))


def _filled(counts: NDArray[np.integer]) -> tuple[int, int]:
    """The rows around the fullest one that are at least half as full, and one more either way."""
    fullest = int(counts.argmax())
    sparse = np.flatnonzero(2 * counts < max(counts.max(), 1))
    before = int(sparse[sparse < fullest].max(initial=0))
    behind = int(sparse[sparse > fullest].min(initial=len(counts) - 1))
    return max(before - 1, 0), min(behind + 2, len(counts))
