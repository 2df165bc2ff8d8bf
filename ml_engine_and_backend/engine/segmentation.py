"""A line of groups -> its glyphs: groups as they are, two that are one digit, or cut at seams.

What the gate may take for several digits is cut wherever that may be right, and the best path
through the cuts is kept: over-segmentation, as in LeCun, Bottou, Bengio, Haffner 1998,
"Gradient-based learning applied to document recognition", section IV.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ml_engine_and_backend.engine.connected_components import Components, Mask
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.grouping import REACH_SHARE, Group
from ml_engine_and_backend.engine.ink import Ink, box_of
from ml_engine_and_backend.engine.preprocessing import Field, field_of
from ml_engine_and_backend.engine.seams import find_seams

# A digit is at most so wide, in heights of its line, and at least so high where it was cut off.
MAX_WIDTH = 1.5
MIN_CUT_HEIGHT = 0.4
# What is less like a digit than this is tried together with its neighbour.
JOIN_BELOW = 0.9
# What every glyph costs, as a logarithm of likeness.
GLYPH_COST = 0.1
# Logarithms: how likely it is that what may be cut is several digits, against anything else, and
# how much of that its pieces use up that are little like digits.
MIN_CUT_ODDS = -5.0
PIECES_WEIGHT = 3.0
MIN_LIKENESS = 1e-4


class Glyph(NamedTuple):
    """Something that may be a digit: how a model would see it, and where it is.

    `rows` and `columns` are of the picture that was searched; `line` counts from 0.
    """

    field: Field
    rows: slice
    columns: slice
    line: int
    likeness: float


class _Path(NamedTuple):
    """Glyphs from the left, and the sum of their logarithms of likeness, less what each costs."""

    score: float
    glyphs: tuple[Glyph, ...]

    def __add__(self, other: "_Path") -> "_Path":  # type: ignore[override]
        return _Path(self.score + other.score, self.glyphs + other.glyphs)


_NO_PATH = _Path(-math.inf, ())


class Line:
    """A line of groups, and how like digits their pieces are."""

    def __init__(
        self,
        ink: Ink,
        components: Components,
        groups: Sequence[Group],
        number: int,
        gate: Gate,
        *,
        may_cut: bool,
    ) -> None:
        self._ink, self._labels, self._number, self._gate = ink, components.labels, number, gate
        self._groups, self._may_cut = groups, may_cut
        self._height = float(np.median([group.height for group in groups]))

    def best_path(self) -> tuple[Glyph, ...]:
        """The glyphs that are most like digits together, from the left."""
        wholes = [self._glyph_of([group]) for group in self._groups]
        best = [_Path(0.0, ())]
        for place, (group, whole) in enumerate(zip(self._groups, wholes, strict=True)):
            path = best[-1] + self._best_cut(group, whole)
            if place and self._may_join(place, wholes):
                joint = _path_of(self._glyph_of(self._groups[place - 1 : place + 1]))
                path = max(path, best[-2] + joint, key=lambda each: each.score)
            best.append(path)
        return best[-1].glyphs

    def _may_join(self, place: int, wholes: Sequence[Glyph]) -> bool:
        """Whether a group and the one before, close together, may be one digit."""
        left, right = self._groups[place - 1 : place + 1]
        tallest = max(self._height, left.height, right.height)
        return (
            right.right - left.left <= MAX_WIDTH * tallest
            and right.left - left.right < REACH_SHARE * self._height
            and min(glyph.likeness for glyph in wholes[place - 1 : place + 1]) < JOIN_BELOW
        )

    def _best_cut(self, group: Group, whole: Glyph) -> _Path:
        """The group as it is, or in pieces where it is like several digits, and they are digits.

        Anything falls into pieces some of which are like digits, an A into a 1 and a 4: only what
        the gate may take for several is cut.
        """
        uncut = _path_of(whole)
        if not self._may_cut or whole.likeness >= self._gate.metadata.sure_from:
            return uncut
        several = self._gate.shares(whole.field)[2]
        odds = math.log(max(several, MIN_LIKENESS) / max(1 - several, MIN_LIKENESS))
        if odds < MIN_CUT_ODDS:
            return uncut
        cut = self._best_pieces(group)
        pieces = cut.score + GLYPH_COST * len(cut.glyphs)
        is_surely_cut = odds + PIECES_WEIGHT * pieces >= MIN_CUT_ODDS
        return cut if is_surely_cut and cut.score > uncut.score else uncut

    def _best_pieces(self, group: Group) -> _Path:
        """The group between the seams that make the best digits of it."""
        mask = self._mask([group])
        seams = find_seams(mask, self._height)
        columns = np.arange(group.width)
        # what lies left of each seam; of the edges, nothing and all
        lefts = [np.zeros_like(mask), *(columns < seam[:, None] for seam in seams)]
        lefts.append(np.ones_like(mask))
        best = [_Path(0.0, ())]
        for stop in range(1, len(lefts)):
            found = _NO_PATH
            for start in range(stop):
                if best[start] is _NO_PATH or (start, stop) == (0, len(lefts) - 1):
                    continue
                piece = self._piece(group, mask & lefts[stop] & ~lefts[start])
                if piece is not None:
                    path = best[start] + _path_of(piece)
                    found = max(found, path, key=lambda each: each.score)
            best.append(found)
        return best[-1]

    def _piece(self, group: Group, mask: Mask) -> Glyph | None:
        """What `mask` leaves of a group; None where it has not the shape of a digit."""
        if not mask.any():
            return None
        down, across = box_of(mask)
        height, width = down.stop - down.start, across.stop - across.start
        if height < MIN_CUT_HEIGHT * self._height or width > MAX_WIDTH * max(self._height, height):
            return None
        return self._glyph(mask, group.top, group.left)

    def _glyph_of(self, groups: Sequence[Group]) -> Glyph:
        """Groups, whole, as one glyph."""
        top, left = (min(group.top for group in groups), min(group.left for group in groups))
        return self._glyph(self._mask(groups), top, left)

    def _mask(self, groups: Sequence[Group]) -> Mask:
        """The pixels of groups, in the box of all."""
        rows = slice(min(each.top for each in groups), max(each.bottom for each in groups))
        columns = slice(min(each.left for each in groups), max(each.right for each in groups))
        labels = [label for group in groups for label in group.labels]
        return np.asarray(np.isin(self._labels[rows, columns], labels))

    def _glyph(self, mask: Mask, top: int, left: int) -> Glyph:
        """The ink of `mask`, whose corner is at `top` and `left`."""
        down, across = box_of(mask)
        mask = mask[down, across]
        rows = slice(top + down.start, top + down.stop)
        columns = slice(left + across.start, left + across.stop)
        field = field_of(self._ink.strength[rows, columns] * mask, mask, self._ink.full)
        y, x = self._ink.rows.start, self._ink.columns.start
        return Glyph(
            field,
            slice(rows.start + y, rows.stop + y),
            slice(columns.start + x, columns.stop + x),
            self._number,
            self._gate.likeness(field),
        )


def _path_of(glyph: Glyph) -> _Path:
    return _Path(math.log(max(glyph.likeness, MIN_LIKENESS)) - GLYPH_COST, (glyph,))
