"""Drawings and pictures that the tests share."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Point = tuple[float, float]

# strokes in a unit square, x to the right, y down
SEVEN: list[list[Point]] = [[(0.1, 0.05), (0.85, 0.05), (0.45, 0.95)], [(0.3, 0.5), (0.72, 0.5)]]
TWO: list[list[Point]] = [
    [(0.15, 0.3), (0.3, 0.08), (0.6, 0.05), (0.75, 0.25), (0.6, 0.5), (0.15, 0.92), (0.85, 0.92)]
]
ANTIALIASING = 4


def draw(
    strokes: Sequence[Sequence[Point]] = TWO,
    *,
    field_px: tuple[int, int] = (280, 280),
    size_px: float = 160,
    left_px: float = 60,
    top_px: float = 60,
    pen_px: float = 16,
    ink: int = 0,
    paper: int = 255,
) -> Image.Image:
    """A drawing as a canvas makes it: round pen, antialiased, mode L; `field_px` is (w, h)."""
    k = ANTIALIASING
    image = Image.new("L", (field_px[0] * k, field_px[1] * k), paper)
    pen = ImageDraw.Draw(image)
    radius = pen_px * k / 2
    for stroke in strokes:
        points = [((left_px + x * size_px) * k, (top_px + y * size_px) * k) for x, y in stroke]
        pen.line(points, fill=ink, width=max(1, round(2 * radius)))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)
    return image.reduce(k)


def encode(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    """The picture as a file in memory."""
    file = BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def paste(digit: NDArray[np.uint8], size_px: int, left_px: int, top_px: int) -> NDArray[np.uint8]:
    """An MNIST digit enlarged onto a black 280×280 canvas: uint8 (280, 280), light on dark."""
    canvas = np.zeros((280, 280), np.uint8)
    enlarged = Image.fromarray(digit).resize((size_px, size_px), Image.Resampling.BILINEAR)
    canvas[top_px : top_px + size_px, left_px : left_px + size_px] = np.asarray(enlarged)
    return canvas
