"""The connected pieces of a mask: where they lie, how large they are, and without some of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Pieces:
    """The pieces of a mask; pixels touch along their sides and at their corners.

    Each array (n,) has one number a piece, in the order of the pieces' first pixels: `areas` in
    pixels, and the box from `tops` and `lefts` to `bottoms` and `rights`, which are excluded.
    """

    areas: Indices
    tops: Indices
    bottoms: Indices
    lefts: Indices
    rights: Indices
    _of_pixels: Indices  # the piece that each True pixel belongs to, row by row

    def __len__(self) -> int:
        return len(self.areas)

    @property
    def sides(self) -> Indices:
        """The longer side of each piece's box, in pixels."""
        return np.asarray(np.maximum(self.bottoms - self.tops, self.rights - self.lefts))

    def keep(self, mask: Mask, kept: Mask) -> None:
        """Clear, in the mask that these are the pieces of, those that `kept` (n,) says no to."""
        mask[mask] = kept[self._of_pixels]


def find_pieces(mask: Mask) -> Pieces:
    """The connected pieces of `mask` (height, width), which has at least one True pixel.

    By runs, a row's unbroken stretches of True (Rosenfeld and Pfaltz 1966, "Sequential operations
    in digital picture processing"): a drawing has a few hundred of them where it has tens of
    thousands of pixels.
    """
    stride, starts, ends = _runs(mask)
    piece = _piece_of_each(*_touched_from_above(starts, ends, stride), len(mask))
    order = piece.argsort(kind="stable")  # within a piece, runs stay in the order of their rows
    first = np.flatnonzero(np.diff(piece[order], prepend=-1))
    last = np.append(first[1:], len(order)) - 1
    rows, lefts = np.divmod(starts, stride)
    lengths = ends - starts
    return Pieces(
        areas=np.add.reduceat(lengths[order], first),
        tops=rows[order[first]],
        bottoms=rows[order[last]] + 1,
        lefts=np.minimum.reduceat(lefts[order], first),
        rights=np.maximum.reduceat((lefts + lengths)[order], first),
        _of_pixels=np.repeat(piece, lengths),
    )


def is_one_piece(mask: Mask) -> bool:
    """Whether all True pixels of `mask` are connected; there must be one."""
    stride, starts, ends = _runs(mask)
    first, end = _touched_from_above(starts, ends, stride)
    if np.count_nonzero(first == end) == 1:
        return True  # every other run touches one above it
    return not _piece_of_each(first, end, len(mask)).any()


def _runs(mask: Mask) -> tuple[int, Indices, Indices]:
    """The stride from row to row, then where each run starts and where it has ended, row by row.

    The stride is one more than the width, so that no run touches another row's far end.
    """
    height, width = mask.shape
    stride = width + 1
    # a False before each row and one after the last: every run begins and ends with a change
    line = np.zeros(height * stride + 1, bool)
    line[:-1].reshape(height, stride)[:, 1:] = mask
    changes = (line[1:] != line[:-1]).nonzero()[0]
    return stride, changes[::2], changes[1::2]


def _touched_from_above(starts: Indices, ends: Indices, stride: int) -> tuple[Indices, Indices]:
    """For each run, the runs of the row above that it touches: from the first up to the end."""
    return ends.searchsorted(starts - stride, "left"), starts.searchsorted(ends - stride, "right")


def _piece_of_each(first: Indices, end: Indices, height: int) -> Indices:
    """The number of the piece that each run belongs to, from 0; it touches `first` up to `end`."""
    is_top = first == end
    top = is_top.cumsum() - 1
    upper = np.where(is_top, np.arange(len(first)), first)
    for _ in range(height.bit_length()):  # doubles the way up, until it ends at a top
        upper = upper[upper]
    top = top[upper]
    # what remains are runs that touch several from above, where two ways may join
    count = np.maximum(end - first - 1, 0)
    below = np.repeat(np.arange(len(count)), count)
    nth = np.arange(1, len(below) + 1) - np.repeat(count.cumsum() - count, count)
    lowest = _lowest_connected(int(top.max()) + 1, top[below], top[first[below] + nth])
    is_lowest = lowest == np.arange(len(lowest))
    return np.asarray((is_lowest.cumsum() - 1)[lowest][top])


def _lowest_connected(count: int, a: Indices, b: Indices) -> Indices:
    """For each of `count` nodes, the lowest node that the edges between `a` and `b` lead to.

    The higher end of an edge takes on the lower one's, until both ends of all agree: every two
    rounds at least halve the nodes that are still apart.
    """
    lowest = np.arange(count)
    while ((at_a := lowest[a]) != (at_b := lowest[b])).any():
        np.minimum.at(lowest, np.maximum(at_a, at_b), np.minimum(at_a, at_b))
        while ((further := lowest[lowest]) != lowest).any():
            lowest = further
    return lowest
