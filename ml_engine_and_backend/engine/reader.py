"""The ink of a whole picture -> its digits, in reading order.

Connected components are digits or parts of some (`grouping`); what lies side by side is a line,
and each line is cut into what is most like digits (`segmentation`).
"""

from itertools import groupby
from typing import NamedTuple

from ml_engine_and_backend.engine.connected_components import find_components
from ml_engine_and_backend.engine.gate import Found, Gate, Kind
from ml_engine_and_backend.engine.grouping import groups_of, lines_of
from ml_engine_and_backend.engine.ink import Ink
from ml_engine_and_backend.engine.preprocessing import Digit
from ml_engine_and_backend.engine.segmentation import Glyph, Line

# What has more components is a texture; of a page with more groups, none is cut.
MAX_COMPONENTS = 400
MAX_CUT_GROUPS = 100
# Among digits, a glyph is one from this share of the likeness that it needs elsewhere.
AMONG_DIGITS = 0.5


def read_glyphs(ink: Ink, gate: Gate) -> list[Glyph]:
    """What there is on the picture, piece by piece: lines from the top, and from the left in each.

    A glyph's likeness to a digit says whether it is one; nothing is left out.
    """
    components = find_components(ink.mask)
    if not 0 < len(components) <= MAX_COMPONENTS:
        return []
    groups = groups_of(components)
    may_cut = len(groups) <= MAX_CUT_GROUPS
    glyphs: list[Glyph] = []
    for number, line in enumerate(lines_of(groups)):
        glyphs += Line(ink, components, line, number, gate, may_cut=may_cut).best_path()
    return glyphs


class Sight(NamedTuple):
    """What is on a picture: all of it as one digit, what it is found to be, and its digits.

    `digits` are the glyphs that are digits, where they are several; `ignored` counts the others.
    """

    digit: Digit
    found: Found
    digits: list[Glyph]
    ignored: int


def see(digit: Digit, gate: Gate | None) -> Sight:
    """What there is on the picture that `digit` was made of."""
    return look(glance(digit, gate), gate)


def glance(digit: Digit, gate: Gate | None) -> Sight:
    """Whether all that `digit` was made of is surely one digit; if not, it is `none` for now."""
    if gate is None:
        return Sight(digit, Found("digit", 1.0, 1), [], 0)
    likeness = gate.likeness(digit.field)
    is_digit = likeness >= gate.metadata.sure_from
    found = Found("digit", likeness, 1) if is_digit else Found("none", likeness, 0)
    return Sight(digit, found, [], 0)


def look(sight: Sight, gate: Gate | None) -> Sight:
    """What there is, piece by piece, where it is not surely one digit at a glance."""
    if gate is None or sight.found.kind == "digit":
        return sight
    likeness = sight.found.digit_likeness
    glyphs = read_glyphs(sight.digit.ink, gate)
    digits = [
        glyph
        for _, line in groupby(glyphs, key=lambda glyph: glyph.line)
        for glyph in _digits(list(line), gate)
    ]
    mean = sum(glyph.likeness for glyph in digits) / max(1, len(digits))
    if gate.accepts(likeness) and (len(digits) < 2 or mean < gate.metadata.sure_from):
        return sight._replace(found=Found("digit", likeness, 1))
    kind: Kind = "several" if len(digits) > 1 else "none"
    found = Found(kind, likeness, len(digits))
    return Sight(sight.digit, found, digits, len(glyphs) - len(digits))


def _digits(line: list[Glyph], gate: Gate) -> list[Glyph]:
    """The glyphs of a line that are digits: where half surely are, others need less likeness."""
    sure = sum(glyph.likeness >= gate.metadata.sure_from for glyph in line)
    share = AMONG_DIGITS if 2 * sure >= len(line) else 1.0
    return [glyph for glyph in line if glyph.likeness >= share * gate.metadata.digit_from]
