"""Plots as inline SVG: pure functions from numbers to markup, coloured by the page's CSS.

A series has one colour and one marker throughout a document: class `s1`, `s2` … in the order of
the ladder. Nothing here is fixed in pixels but the drawing's own units, so it scales with the
page and prints as lines.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

Point = tuple[float, float]

_LEFT: Final = 46.0
_RIGHT: Final = 12.0
_TOP: Final = 10.0
_BOTTOM: Final = 40.0
_MARKERS: Final = (
    "M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0Z",  # circle
    "M-3 -3H3V3H-3Z",  # square
    "M0 -4L4 3H-4Z",  # triangle
    "M0 -4.4L4.4 0L0 4.4L-4.4 0Z",  # diamond
    "M0 4L4 -3H-4Z",  # triangle, upside down
    "M-4 -1.3H-1.3V-4H1.3V-1.3H4V1.3H1.3V4H-1.3V1.3H-4Z",  # plus
)


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from `low` to `high`, its ticks, and what it measures; logarithmic if asked."""

    label: str
    low: float
    high: float
    ticks: tuple[float, ...]
    text: Callable[[float], str] = field(default=lambda value: f"{value:g}")
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """0 at the low end, 1 at the high end; values beyond lie on the end."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return (at - low) / (high - low)


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one rung, joined by a line unless `line` is off; `slot` counts from 1."""

    name: str
    slot: int
    points: Sequence[Point]
    line: bool = True
    dashed: bool = False
    markers: bool = True


def marker(slot: int) -> str:
    """The path of a rung's marker, around (0, 0)."""
    return _MARKERS[(slot - 1) % len(_MARKERS)]


def swatch(slot: int) -> str:
    """A small drawing of a rung's line and marker, for legends."""
    return (
        f'<svg class="swatch s{slot}" viewBox="-12 -6 24 12" width="24" height="12" '
        f'aria-hidden="true"><path class="line" d="M-12 0H12"/>'
        f'<path class="marker" d="{marker(slot)}"/></svg>'
    )


def line_chart(
    title: str,
    x: Axis,
    y: Axis,
    series: Sequence[Series],
    *,
    width: float = 360,
    height: float = 240,
    rule_x: float | None = None,
    diagonal: bool = False,
) -> str:
    """A chart of `series`; `rule_x` draws a vertical line, `diagonal` one from corner to corner."""
    frame = _Frame(x, y, width, height)
    parts = [_axes(frame)]
    if diagonal:
        parts.append(
            f'<path class="rule" d="{_line([frame.at(x.low, y.low), frame.at(x.high, y.high)])}"/>'
        )
    if rule_x is not None:
        ends = [frame.at(rule_x, y.low), frame.at(rule_x, y.high)]
        parts.append(f'<path class="rule" d="{_line(ends)}"/>')
    for one in series:
        places = [frame.at(*point) for point in one.points]
        lines = f'<path class="line" d="{_line(places)}"/>' if one.line and places else ""
        marks = "".join(
            f'<path class="marker" transform="translate({_n(px)} {_n(py)})" '
            f'd="{marker(one.slot)}"/>'
            for px, py in places
        )
        dashed = " dashed" if one.dashed else ""
        parts.append(
            f'<g class="s{one.slot}{dashed}"><title>{escape(one.name)}</title>{lines}'
            f"{marks if one.markers else ''}</g>"
        )
    return _svg(title, width, height, parts)


def interval_chart(
    title: str,
    x: Axis,
    rows: Sequence[tuple[str, int, float, float, float]],
    *,
    rule_x: float | None = None,
    width: float = 420,
    left: float = 104,
) -> str:
    """A line a row: name, slot, value, low and high end; whiskers from end to end."""
    row_height = 26.0
    height = _TOP + row_height * len(rows) + _BOTTOM
    frame = _Frame(x, Axis("", 0, 1, ()), width, height, left)
    parts = [_axes(frame)]
    if rule_x is not None:
        parts.append(
            f'<path class="rule" d="{_line([frame.at(rule_x, 0), frame.at(rule_x, 1)])}"/>'
        )
    for number, (name, slot, value, low, high) in enumerate(rows):
        middle = _TOP + row_height * (number + 0.5)
        ends = [(frame.at(end, 0)[0], middle) for end in (low, high)]
        caps = "".join(f"M{_n(px)} {_n(middle - 5)}v10" for px, _ in ends)
        parts.append(
            f'<g class="s{slot}"><text class="name" x="{_n(left - 10)}" y="{_n(middle + 4)}">'
            f'{escape(name)}</text><path class="line" d="{_line(ends)}{caps}"/>'
            f'<path class="marker" d="{marker(slot)}" '
            f'transform="translate({_n(frame.at(value, 0)[0])} {_n(middle)})"/></g>'
        )
    return _svg(title, width, height, parts)


@dataclass(frozen=True, slots=True)
class _Frame:
    x: Axis
    y: Axis
    width: float
    height: float
    left: float = _LEFT

    @property
    def right(self) -> float:
        return self.width - _RIGHT

    @property
    def bottom(self) -> float:
        return self.height - _BOTTOM

    def at(self, x: float, y: float) -> Point:
        return (
            self.left + self.x.place(x) * (self.right - self.left),
            self.bottom - self.y.place(y) * (self.bottom - _TOP),
        )


def _axes(frame: _Frame) -> str:
    parts = []
    for tick in frame.x.ticks:
        px, _ = frame.at(tick, frame.y.low)
        parts.append(f'<path class="grid" d="M{_n(px)} {_n(_TOP)}V{_n(frame.bottom)}"/>')
        parts.append(_text(px, frame.bottom + 15, frame.x.text(tick), "middle"))
    for tick in frame.y.ticks:
        _, py = frame.at(frame.x.low, tick)
        parts.append(f'<path class="grid" d="M{_n(frame.left)} {_n(py)}H{_n(frame.right)}"/>')
        parts.append(_text(frame.left - 6, py + 4, frame.y.text(tick), "end"))
    middle = (frame.left + frame.right) / 2
    parts.append(_text(middle, frame.height - 6, frame.x.label, "middle"))
    if frame.y.label:
        turn = f'transform="rotate(-90)" x="{_n(-(_TOP + frame.bottom) / 2)}" y="11"'
        parts.append(f'<text text-anchor="middle" {turn}>{escape(frame.y.label)}</text>')
    return f'<g class="axes">{"".join(parts)}</g>'


def _svg(title: str, width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" style="max-width:{_n(width * 1.25)}px">'
        f"{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(places: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in places)


def _n(value: float) -> str:
    """One decimal, none where it is 0: short, and the same on every machine."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
