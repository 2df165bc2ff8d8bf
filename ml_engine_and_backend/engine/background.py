"""Grey picture -> how far each pixel stands out of the background around it.

One idea for light from one side, shadows with an edge, dark corners, paper of any tone and noise:
ink is what is darker, or lighter, than its surroundings and narrower than a window. The window is
in scale with the strokes: half the picture at first, then as wide as some strokes.

Source: the top-hat transform (Meyer 1979; Serra, "Image analysis and mathematical morphology",
1982, chapter XII).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.engine.decoding import Bytes, Floats, Grey, border_of
from ml_engine_and_backend.engine.morphology import closed
from ml_engine_and_backend.engine.strokes import stroke_width

# The paper's own noise, in standard deviations, that ink must stand out of.
NOISE_SIGMAS = 6.0
# Ink is at least so far from the background, in grey levels of 255, however clean that is;
# and need not be further, however noisy.
MIN_CONTRAST = 6.5
ENOUGH_CONTRAST = 100.0
# The surroundings in which ink is looked for, in widths of its strokes.
WINDOW_STROKES = 8
MIN_WINDOW_STROKES = 2.5
MIN_WINDOW_PX = 9
# The darkest, middle and lightest tone of a border that ink may reach here and there.
BORDER_PERCENTILES = (20, 50, 80)
# What lies beyond them decides if it is so much of what lies off the middle.
ENOUGH_BEYOND_SHARE = 0.1
# Levels above this share of full ink are a stroke's core, whose width counts.
CORE_SHARE = 0.4


class Levels(NamedTuple):
    """Ink strength (height, width), 0 on the background; `floor` and more is ink, not noise.

    `inverted` says that the ink is darker than its background.
    """

    levels: Floats
    floor: float
    inverted: bool


def ink_levels(grey: Grey) -> Levels:
    """What stands out of the paper.

    The window halves while what it finds is wider than strokes are: a shadow, or half a picture.
    """
    pixels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    tones = np.percentile(border_of(pixels), BORDER_PERCENTILES)
    half = window = max(3, min(pixels.shape) // 2)
    first = found = _on_either_side(pixels, window, tones)
    while (width := _core_width(found)) > window / MIN_WINDOW_STROKES:
        window //= 2
        if window < MIN_WINDOW_PX:
            return first
        found = _on_either_side(pixels, window, tones)
    window = max(MIN_WINDOW_PX, round(WINDOW_STROKES * width))
    return found if window > 0.7 * half else _levels(pixels, window, found.inverted)


def _on_either_side(pixels: Bytes, window: int, tones: NDArray[np.floating]) -> Levels:
    """Ink on the side of the border's tones where more of it lies, by strength.

    Between strokes the paper stands out of a window as well, but is as the border is: somewhere
    between its darkest tone and its lightest, or about its middle where ink reaches the border.
    """
    darkest, middle, lightest = tones.astype(np.float32)
    sides = [_levels(pixels, window, inverted) for inverted in (True, False)]
    inks = [pixels[side.levels >= side.floor] for side in sides]
    beyond, off_middle = (
        (np.maximum(dark - inks[0], 0).sum(), np.maximum(inks[1] - light, 0).sum())
        for dark, light in ((darkest, lightest), (middle, middle))
    )
    if max(beyond) < ENOUGH_BEYOND_SHARE * max(off_middle):
        beyond = off_middle
    return sides[int(np.argmax(beyond))]


def _core_width(found: Levels) -> float:
    """How wide what was found is, in pixels, where it is strong; 0 where nothing was."""
    ink = found.levels[found.levels >= found.floor]
    if not ink.size:
        return 0.0
    # strokes may be few among what is faint and wide, and specks fewer among them
    return stroke_width(found.levels >= CORE_SHARE * np.percentile(ink, 90))


def _levels(pixels: Bytes, window: int, inverted: bool) -> Levels:
    """The top-hat of a window, less what the paper's noise alone makes of it."""
    dark = pixels if inverted else 255 - pixels
    # windows hang out over the edges by a third: then light that falls off towards an edge is no
    # ink, and a stroke along the edge is
    over = window // 3
    background = closed(np.pad(dark, over, mode="edge"), window, window)
    height, width = dark.shape
    background = background[over:, over:][:height, :width]
    levels = (background - dark).astype(np.float32)
    if inverted:  # light multiplies what paper and ink reflect: as in the same light everywhere
        levels *= np.float32(np.median(background)) / np.maximum(background, 1)
    # at least a third of a picture is paper, whose lower half tells of its noise
    low, higher = np.percentile(levels, (5, 15))
    sigma = float(higher - low) / 0.609  # as far apart as these are in a normal distribution
    levels -= np.float32(higher + 1.036 * sigma)
    np.maximum(levels, 0, out=levels)
    return Levels(levels, min(max(NOISE_SIGMAS * sigma, MIN_CONTRAST), ENOUGH_CONTRAST), inverted)
