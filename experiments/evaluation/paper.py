"""What paper, scanners and programs add to a picture: bars, frames, lines, form boxes, shadows.

Each function takes a picture's grey levels and gives new ones; the digit stays where it is. What
is drawn by chance comes from the generator, so the same seed gives the same picture.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from ml_engine_and_backend.engine.decoding import Bytes

Disturb = Callable[[Bytes, np.random.Generator], Bytes]

# A picture whose median is above this level is light paper; its lines are darker than it.
LIGHT_PAPER: Final = 100
ANTIALIASING: Final = 4


def unchanged(levels: Bytes, rng: np.random.Generator) -> Bytes:
    """The picture as it is: what saving it once more costs."""
    return levels


def add_bars(levels: Bytes, rng: np.random.Generator, *, tone: int, sides: int) -> Bytes:
    """Bars of one tone (0..255) on so many sides (1..4), each 5 to 35 % of the picture's side."""
    height, width = levels.shape
    chosen = rng.permutation(4)[:sides]
    thickness_px = np.zeros((2, 2), int)  # above and below, left and right
    for side in chosen.tolist():
        along_px = height if side < 2 else width
        thickness_px[divmod(side, 2)] = int(rng.uniform(0.05, 0.35) * along_px) + 1
    return np.pad(levels, thickness_px, constant_values=tone)


def draw_frame(levels: Bytes, rng: np.random.Generator, *, tone: int, thickness_px: int) -> Bytes:
    """A frame of one tone (0..255) over the picture's outermost pixels."""
    inside = levels[thickness_px:-thickness_px, thickness_px:-thickness_px]
    return np.pad(inside, thickness_px, constant_values=tone)


def darken_edge(levels: Bytes, rng: np.random.Generator) -> Bytes:
    """A soft line over the four outermost pixels of one side, as a page's edge in a scanner."""
    quarters = int(rng.integers(4))
    turned = np.rot90(levels, quarters).astype(np.float32)
    strength = np.array([0.8, 0.8, 0.5, 0.2])[:, None]
    ink = 0 if _is_light(levels) else 255
    turned[:4] += strength * (ink - turned[:4])
    return _as_levels(np.rot90(turned, -quarters))


def rule(levels: Bytes, rng: np.random.Generator, *, squared: bool) -> Bytes:
    """Printed lines from edge to edge: level ones, or level and upright ones twice as close.

    They lie 30 to 80 % of the picture's height apart, slope by up to 3 %, and are about 1 px thick
    for every 150 px of the longer side. Ink on a line stays as it is.
    """
    height, width = levels.shape
    k = ANTIALIASING
    apart = rng.uniform(0.3, 0.8) * height * (0.5 if squared else 1)
    slope = rng.uniform(-0.03, 0.03)
    thickness = k * max(1, round(max(height, width) / 150 * rng.uniform(0.5, 1.5)))
    image = Image.new("L", (width * k, height * k), 0)
    draw = ImageDraw.Draw(image)

    def line(along_px: int, middle_px: float, slope: float) -> list[tuple[float, float]]:
        # over the edges by as much again, so that the ends lie outside
        ends = (-along_px, 2 * along_px)
        return [(k * along, k * (middle_px + slope * (along - along_px / 2))) for along in ends]

    for y in np.arange(rng.uniform(0, apart), height, apart).tolist():
        draw.line(line(width, y, slope), fill=255, width=thickness)
    if squared:
        for x in np.arange(rng.uniform(0, apart), width, apart).tolist():
            draw.line([(x, y) for y, x in line(height, x, -slope)], fill=255, width=thickness)
    covered = rng.uniform(0.5, 1) * np.asarray(image.reduce(k), np.float32) / 255
    printed = levels + covered * (_print_tone(levels) - levels)
    return _as_levels((np.minimum if _is_light(levels) else np.maximum)(levels, printed))


def add_form_box(levels: Bytes, rng: np.random.Generator) -> Bytes:
    """A printed box around the picture, amid more of the paper.

    The paper reaches a quarter of the shorter side further, the box half as far.
    """
    margin = max(1, int(0.12 * min(levels.shape)))
    thickness_px = max(1, round(min(levels.shape) / 100))
    wide = np.pad(levels, 2 * margin, mode="edge")
    framed = draw_frame(
        wide[margin:-margin, margin:-margin],
        rng,
        tone=round(_print_tone(levels)),
        thickness_px=thickness_px,
    )
    wide[margin:-margin, margin:-margin] = framed
    return wide


def cast_shadow(levels: Bytes, rng: np.random.Generator, *, softness: float) -> Bytes:
    """A shadow with a straight edge across the picture; in it 30 to 60 % of the light are missing.

    The edge is blurred by a standard deviation of `softness` hundredths of the longer side.
    """
    height, width = levels.shape
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:height, :width]
    distance_px = (x - width / 2) * np.cos(angle) + (y - height / 2) * np.sin(angle)
    in_shadow = distance_px > rng.uniform(-0.3, 0.3) * min(height, width)
    share = ndimage.gaussian_filter(
        in_shadow.astype(np.float32), softness * max(height, width) / 100
    )
    return _as_levels(levels * (1 - rng.uniform(0.3, 0.6) * share))


BARS: Final[dict[str, Disturb]] = {
    f"{name} bars, {sides} side{'s' * (sides > 1)}": partial(add_bars, tone=tone, sides=sides)
    for name, tone in (("white", 255), ("black", 0), ("grey", 128))
    for sides in (1, 2, 4)
}
FRAMES: Final[dict[str, Disturb]] = {
    "grey frame, 1 px": partial(draw_frame, tone=128, thickness_px=1),
    "dark frame, 2 px": partial(draw_frame, tone=40, thickness_px=2),
}
PAPER: Final[dict[str, Disturb]] = {
    "dark edge": darken_edge,
    "ruled": partial(rule, squared=False),
    "squared": partial(rule, squared=True),
    "form box": add_form_box,
    "shadow": partial(cast_shadow, softness=1),
    "soft shadow": partial(cast_shadow, softness=5),
}
DISTURBANCES: Final = {"saved again": unchanged, **BARS, **FRAMES, **PAPER}


def _is_light(levels: Bytes) -> bool:
    return bool(np.median(levels) > LIGHT_PAPER)


def _print_tone(levels: Bytes) -> float:
    """The level that lines are printed in: a third of light paper's, light on a dark ground."""
    return 0.35 * float(np.median(levels)) if _is_light(levels) else 210.0


def _as_levels(grey: NDArray[np.floating]) -> Bytes:
    levels: Bytes = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return levels
