"""The ink of a whole picture -> its digits, in reading order.

Connected components are digits or parts of some; lines are what lies side by side. What the gate
takes for no digit is cut where little ink is crossed, and the best path through the pieces is kept:
over-segmentation, as in LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to
document recognition", section IV.
"""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.engine.connected_components import Components, Mask, find_components
from ml_engine_and_backend.engine.gate import Found, Gate, Kind
from ml_engine_and_backend.engine.ink import Ink, box_of
from ml_engine_and_backend.engine.preprocessing import Digit, Field, field_of

# A component smaller than this share of a usual digit's height is a part of one, or nothing.
PART_SHARE = 0.4
# So is one up to this, right above or below a digit: the roof of a 5.
LARGE_PART_SHARE = 0.6
# A part belongs to a digit at most this share of a digit's height away.
REACH_SHARE = 0.3
# Two components of which one lies above the other, by this share of the narrower, are one digit.
ABOVE_SHARE = 0.5
# A component is in a line if it shares so much of its height, or of the line's, with it.
IN_LINE_SHARE = 0.4
# A digit is at most so wide, in heights of its line, and at least so wide when it is cut off.
MAX_WIDTH = 1.5
MIN_PIECE_WIDTH = 0.12
MAX_CUTS = 9
# What is less like a digit than this is tried together with its neighbour.
JOIN_BELOW = 0.9
# What every glyph costs, in heights of the line, and how unlike a digit it can be at most.
GLYPH_COST = 0.3
MIN_LIKENESS = 1e-5
# What has more components is a texture; of a page with more groups, none is cut.
MAX_COMPONENTS = 400
MAX_CUT_GROUPS = 100


class Glyph(NamedTuple):
    """Something that may be a digit: how a model would see it, and where it is.

    `rows` and `columns` are of the picture that was searched; `line` counts from 0.
    """

    field: Field
    rows: slice
    columns: slice
    line: int
    likeness: float


class _Group(NamedTuple):
    """Components that belong together: their numbers, and the box of all."""

    labels: tuple[int, ...]
    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left


def read_glyphs(ink: Ink, gate: Gate) -> list[Glyph]:
    """What there is on the picture, piece by piece: lines from the top, and from the left in each.

    A glyph's likeness to a digit says whether it is one; nothing is left out.
    """
    components = find_components(ink.mask)
    if not 0 < len(components) <= MAX_COMPONENTS:
        return []
    groups = _groups(components)
    may_cut = len(groups) <= MAX_CUT_GROUPS
    glyphs: list[Glyph] = []
    for number, line in enumerate(_lines(groups)):
        glyphs += _Line(ink, components, line, number, gate, may_cut=may_cut).best_path()
    return glyphs


def _groups(components: Components) -> list[_Group]:
    """Components, each with the parts that belong to it."""
    heights = components.bottoms - components.tops
    large = components.areas >= 0.1 * components.areas.max()
    usual_px = float(np.median(heights[large]))
    is_part = np.maximum(heights, components.rights - components.lefts) < PART_SHARE * usual_px
    groups = [
        _Group((index + 1,), *(int(edges[index]) for edges in _edges(components)))
        for index in np.flatnonzero(~is_part).tolist()
    ]
    groups = _with_roofs(_merged(groups), usual_px)
    for index in np.flatnonzero(is_part).tolist():
        part = _Group((index + 1,), *(int(edges[index]) for edges in _edges(components)))
        near = min(range(len(groups)), key=lambda place: _distance(groups[place], part))
        if _distance(groups[near], part) <= REACH_SHARE * usual_px:
            groups[near] = _joined(groups[near], part)
    return groups


def _edges(components: Components) -> tuple[NDArray[np.intp], ...]:
    return components.tops, components.bottoms, components.lefts, components.rights


def _merged(groups: list[_Group]) -> list[_Group]:
    """Groups of which none lies above or within another one in its line."""
    merged: list[_Group] = []
    for group in sorted(groups, key=lambda each: each.left):
        for place, other in enumerate(merged):
            shared = min(group.right, other.right) - max(group.left, other.left)
            gap = max(group.top, other.top) - min(group.bottom, other.bottom)
            taller = max(group.height, other.height)
            if shared >= ABOVE_SHARE * min(group.width, other.width) and gap < REACH_SHARE * taller:
                joint = _joined(other, group)
                if joint.height < 1.6 * taller:
                    merged[place] = joint
                    break
        else:
            merged.append(group)
    return merged


def _with_roofs(groups: list[_Group], usual_px: float) -> list[_Group]:
    """Groups, of which low ones belong to the one that they lie right above or below."""
    tall = [group for group in groups if group.height >= LARGE_PART_SHARE * usual_px]
    rest = []
    for low in groups:
        if low in tall:
            continue
        for place, group in enumerate(tall):
            shared = min(low.right, group.right) - max(low.left, group.left)
            apart = max(low.top, group.top) - min(low.bottom, group.bottom)
            if shared >= 0.3 * low.width and -0.5 * low.height <= apart < REACH_SHARE * usual_px:
                tall[place] = _joined(group, low)
                break
        else:
            rest.append(low)
    return tall + rest


def _joined(group: _Group, other: _Group) -> _Group:
    return _Group(
        group.labels + other.labels,
        min(group.top, other.top),
        max(group.bottom, other.bottom),
        min(group.left, other.left),
        max(group.right, other.right),
    )


def _distance(group: _Group, other: _Group) -> float:
    """How far the boxes of two groups are apart, in pixels."""
    across = max(0, max(group.left, other.left) - min(group.right, other.right))
    down = max(0, max(group.top, other.top) - min(group.bottom, other.bottom))
    return math.hypot(across, down)


def _lines(groups: list[_Group]) -> list[list[_Group]]:
    """Groups side by side, from the left; lines from the top.

    A group joins the line of the neighbour to its left, so that a line may rise or fall.
    """
    lines: list[list[_Group]] = []
    for group in sorted(groups, key=lambda each: each.left):
        best, most = None, IN_LINE_SHARE
        for line in lines:
            last = line[-1]
            shared = min(group.bottom, last.bottom) - max(group.top, last.top)
            share = shared / min(group.height, last.height)
            if share > most:
                best, most = line, share
        if best is None:
            lines.append([group])
        else:
            best.append(group)
    return sorted(
        lines, key=lambda line: float(np.median([each.top + each.bottom for each in line]))
    )


class _Piece(NamedTuple):
    """A whole group, or what lies of it in some columns."""

    group: _Group
    left: int
    right: int

    @property
    def is_whole(self) -> bool:
        return (self.left, self.right) == (self.group.left, self.group.right)


class _Line:
    """A line of groups, and how like digits their pieces are."""

    def __init__(
        self,
        ink: Ink,
        components: Components,
        groups: list[_Group],
        number: int,
        gate: Gate,
        *,
        may_cut: bool = True,
    ) -> None:
        self._ink, self._labels, self._number, self._gate = ink, components.labels, number, gate
        self._groups, self._may_cut = groups, may_cut
        self._glyphs: dict[tuple[_Piece, ...], Glyph] = {}
        self._height = float(np.median([group.height for group in groups]))

    def best_path(self) -> list[Glyph]:
        """The glyphs that are most like digits together, from the left.

        Logarithms of likeness are weighed by width, so that few glyphs have no advantage over
        many, and every glyph costs a little: what is a digit as it stands is not cut.
        """
        pieces = [piece for group in self._groups for piece in self._pieces(group)]
        best: list[tuple[float, list[_Piece], list[Glyph]]] = [(0.0, [], [])]
        for stop in range(1, len(pieces) + 1):
            found: tuple[float, list[_Piece], list[Glyph]] = (-math.inf, [], [])
            for start in range(stop - 1, -1, -1):
                parts = pieces[start:stop]
                if len(parts) > 1 and not self._may_join(parts):
                    if parts[0].group is not parts[-1].group:
                        break
                    continue
                glyph = self._glyph(parts)
                width = sum(part.right - part.left for part in parts)
                before, firsts, glyphs = best[start]
                score = before + width * math.log(max(glyph.likeness, MIN_LIKENESS))
                score -= GLYPH_COST * self._height
                if score > found[0]:
                    found = score, [*firsts, parts[0]], [*glyphs, glyph]
            best.append(found)
        _, firsts, glyphs = best[-1]
        return self._without_weak_cuts(firsts, glyphs)

    def _without_weak_cuts(self, firsts: list[_Piece], glyphs: list[Glyph]) -> list[Glyph]:
        """The glyphs, but those of one group as one again where they are not surely digits.

        Anything falls into pieces some of which are like digits: a heart into a 3 and its mirror.
        `firsts` has each glyph's first piece.
        """
        kept: list[Glyph] = []
        pairs = zip(firsts, glyphs, strict=True)
        for _, of_group in itertools.groupby(pairs, key=lambda pair: pair[0].group):
            cut = list(of_group)
            mean = sum(glyph.likeness for _, glyph in cut) / len(cut)
            if len(cut) > 1 and mean < self._gate.metadata.sure_from:
                group = cut[0][0].group
                kept.append(self._glyph([_Piece(group, group.left, group.right)]))
            else:
                kept += [glyph for _, glyph in cut]
        return kept

    def _pieces(self, group: _Group) -> list[_Piece]:
        """The group as it is, or cut wherever it might be where it is unlike a digit."""
        whole = _Piece(group, group.left, group.right)
        is_wide = group.width > MAX_WIDTH * max(self._height, group.height)
        is_digit = not is_wide and self._gate.accepts(self._glyph([whole]).likeness)
        if is_digit or not self._may_cut:
            return [whole]
        edges = [0, *_cuts(self._mask([whole]), self._height), group.width]
        return [
            _Piece(group, group.left + left, group.left + right)
            for left, right in itertools.pairwise(edges)
        ]

    def _may_join(self, parts: Sequence[_Piece]) -> bool:
        """Whether pieces of one group, or two whole groups close together, may be one digit."""
        width = parts[-1].right - parts[0].left
        tallest = max(part.group.height for part in parts)
        if width > MAX_WIDTH * max(self._height, tallest):
            return False
        if parts[0].group is parts[-1].group:
            return True
        gap = parts[-1].left - parts[0].right
        return (
            len(parts) == 2
            and all(part.is_whole for part in parts)
            and gap < REACH_SHARE * self._height
            and min(self._glyph([part]).likeness for part in parts) < JOIN_BELOW
        )

    def _mask(self, parts: Sequence[_Piece]) -> Mask:
        """The pixels of some pieces, in the box of their groups' rows and their own columns."""
        top = min(part.group.top for part in parts)
        bottom = max(part.group.bottom for part in parts)
        left, right = parts[0].left, max(part.right for part in parts)
        labels = {label for part in parts for label in part.group.labels}
        return np.asarray(np.isin(self._labels[top:bottom, left:right], list(labels)))

    def _glyph(self, parts: Sequence[_Piece]) -> Glyph:
        """Some pieces as one glyph; each is made once."""
        key = tuple(parts)
        if key not in self._glyphs:
            self._glyphs[key] = self._make_glyph(parts)
        return self._glyphs[key]

    def _make_glyph(self, parts: Sequence[_Piece]) -> Glyph:
        top, left = min(part.group.top for part in parts), parts[0].left
        mask = self._mask(parts)
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


def _cuts(within: Mask, height: float) -> list[int]:
    """Columns at which a group may be cut: those that cross the least ink in their surroundings."""
    ink = np.count_nonzero(within, axis=0).astype(float)
    apart = max(2, round(MIN_PIECE_WIDTH * height))
    cuts: list[int] = []
    order = np.argsort(ink, kind="stable")
    for column in order.tolist():
        if len(cuts) == MAX_CUTS or ink[column] > 0.6 * ink.max():
            break
        if column < apart or column > len(ink) - apart:
            continue
        if all(abs(column - cut) >= apart for cut in cuts):
            cuts.append(column)
    return sorted(cuts)


class Sight(NamedTuple):
    """What is on a picture: all of it as one digit, what it is found to be, and its digits.

    `digits` are the glyphs that are digits, where they are several; `ignored` counts the others.
    """

    digit: Digit
    found: Found
    digits: list[Glyph]
    ignored: int


def glance(digit: Digit, gate: Gate | None) -> Sight:
    """Whether all that `digit` was made of is one digit; if not, it is `none` for now."""
    if gate is None:
        return Sight(digit, Found("digit", 1.0, 1), [], 0)
    likeness = gate.likeness(digit.field)
    is_digit = gate.accepts(likeness)
    found = Found("digit", likeness, 1) if is_digit else Found("none", likeness, 0)
    return Sight(digit, found, [], 0)


def look(sight: Sight, gate: Gate | None) -> Sight:
    """What there is, piece by piece, where it is not one digit at a glance."""
    if gate is None or sight.found.kind == "digit":
        return sight
    glyphs = read_glyphs(sight.digit.ink, gate)
    digits = [glyph for glyph in glyphs if gate.accepts(glyph.likeness)]
    ignored = len(glyphs) - len(digits)
    kind: Kind = "several" if len(digits) > 1 else "none"
    found = Found(kind, sight.found.digit_likeness, len(digits))
    return Sight(sight.digit, found, digits, ignored)
