"""The ink of a whole picture -> its digits, in reading order.

Connected components are digits or parts of some; lines are what lies side by side. What the gate
takes for no digit is cut where little ink is crossed, and the best path through the pieces is kept:
over-segmentation, as in LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to
document recognition", section IV.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.engine.connected_components import Components, Mask, find_components
from ml_engine_and_backend.engine.gate import Found, Gate, Kind
from ml_engine_and_backend.engine.ink import Ink, box_of
from ml_engine_and_backend.engine.preprocessing import Digit, Field, field_of

# A component smaller than this share of a usual digit's height is a part of one, or nothing.
PART_SHARE = 0.4
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
# Digits are so many at most: what has more components is a texture.
MAX_COMPONENTS = 2_000


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
    glyphs = []
    for number, line in enumerate(_lines(_groups(components))):
        height = float(np.median([group.height for group in line]))
        for group in line:
            within = np.isin(
                components.labels[group.top : group.bottom, group.left : group.right], group.labels
            )
            glyphs += _read_group(ink, group, within, height, number, gate)
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
    groups = _merged(groups)
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


def _read_group(
    ink: Ink, group: _Group, within: Mask, height: float, line: int, gate: Gate
) -> list[Glyph]:
    """The group as one glyph, or cut into several where those are more like digits."""
    strength = ink.strength[group.top : group.bottom, group.left : group.right] * within
    glyphs: dict[tuple[int, int], Glyph] = {}

    def glyph(start: int, stop: int) -> Glyph:
        if (start, stop) not in glyphs:
            part = within[:, start:stop]
            down, across = box_of(part)
            part = part[down, across]
            across = slice(start + across.start, start + across.stop)
            field = field_of(strength[down, across] * part, part, ink.full)
            rows = slice(*(ink.rows.start + group.top + edge for edge in (down.start, down.stop)))
            columns = slice(
                *(ink.columns.start + group.left + edge for edge in (across.start, across.stop))
            )
            glyphs[start, stop] = Glyph(field, rows, columns, line, gate.likeness(field))
        return glyphs[start, stop]

    whole = glyph(0, group.width)
    if gate.accepts(whole.likeness) and group.width < MAX_WIDTH * max(height, group.height):
        return [whole]
    places = [0, *_cuts(within, height), group.width]
    if len(places) == 2:
        return [whole]
    best: list[tuple[float, list[Glyph]]] = [(0.0, [])]
    for stop in range(1, len(places)):
        found = (-math.inf, [whole])
        for start in range(stop):
            width = places[stop] - places[start]
            if width > MAX_WIDTH * max(height, group.height) and stop - start > 1:
                continue
            if not within[:, places[start] : places[stop]].any():
                continue
            piece = glyph(places[start], places[stop])
            # by width, so that few glyphs have no advantage over many
            score = best[start][0] + width * math.log(max(piece.likeness, 1e-6))
            if score > found[0]:
                found = score, [*best[start][1], piece]
        best.append(found)
    score, path = best[-1]
    is_better = score > group.width * math.log(max(whole.likeness, 1e-6))
    return path if is_better else [whole]


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
