"""Connected components -> groups, each one digit or several that touch -> lines of groups."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.engine.connected_components import Components

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


class Group(NamedTuple):
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


def groups_of(components: Components) -> list[Group]:
    """Components, each with the parts that belong to it."""
    heights = components.bottoms - components.tops
    large = components.areas >= 0.1 * components.areas.max()
    usual_px = float(np.median(heights[large]))
    is_part = np.maximum(heights, components.rights - components.lefts) < PART_SHARE * usual_px
    groups = [
        Group((index + 1,), *(int(edges[index]) for edges in _edges(components)))
        for index in np.flatnonzero(~is_part).tolist()
    ]
    groups = _with_roofs(_merged(groups), usual_px)
    for index in np.flatnonzero(is_part).tolist():
        part = Group((index + 1,), *(int(edges[index]) for edges in _edges(components)))
        near = min(range(len(groups)), key=lambda place: _distance(groups[place], part))
        if _distance(groups[near], part) <= REACH_SHARE * usual_px:
            groups[near] = joined(groups[near], part)
    return groups


def _edges(components: Components) -> tuple[NDArray[np.intp], ...]:
    return components.tops, components.bottoms, components.lefts, components.rights


def _merged(groups: list[Group]) -> list[Group]:
    """Groups of which none lies above or within another one in its line."""
    merged: list[Group] = []
    for group in sorted(groups, key=lambda each: each.left):
        for place, other in enumerate(merged):
            shared = min(group.right, other.right) - max(group.left, other.left)
            gap = max(group.top, other.top) - min(group.bottom, other.bottom)
            taller = max(group.height, other.height)
            if shared >= ABOVE_SHARE * min(group.width, other.width) and gap < REACH_SHARE * taller:
                joint = joined(other, group)
                if joint.height < 1.6 * taller:
                    merged[place] = joint
                    break
        else:
            merged.append(group)
    return merged


def _with_roofs(groups: list[Group], usual_px: float) -> list[Group]:
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
                tall[place] = joined(group, low)
                break
        else:
            rest.append(low)
    return tall + rest


def joined(group: Group, other: Group) -> Group:
    return Group(
        group.labels + other.labels,
        min(group.top, other.top),
        max(group.bottom, other.bottom),
        min(group.left, other.left),
        max(group.right, other.right),
    )


def _distance(group: Group, other: Group) -> float:
    """How far the boxes of two groups are apart, in pixels."""
    across = max(0, max(group.left, other.left) - min(group.right, other.right))
    down = max(0, max(group.top, other.top) - min(group.bottom, other.bottom))
    return math.hypot(across, down)


def lines_of(groups: list[Group]) -> list[list[Group]]:
    """Groups side by side, from the left; lines from the top.

    A group joins the line of the neighbour to its left, so that a line may rise or fall.
    """
    lines: list[list[Group]] = []
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
