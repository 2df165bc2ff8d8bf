"""The sprite sheet of test digits, and its index."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tests.e2e.fake_reports.readings import N_TEST, readings

CELL_PX = 28
COLUMNS = 40
EXAMPLES = 24


@cache
def sheet() -> dict[str, Any]:
    """The index of the sprite sheet: every digit that a rung misreads, and a few others."""
    labels, read = readings()
    misread = np.zeros(N_TEST, dtype=bool)
    for digits in read.values():
        misread |= digits != labels
    kept = set(np.flatnonzero(misread).tolist())
    for digit in range(10):
        kept |= set(np.flatnonzero(~misread & (labels == digit))[:EXAMPLES].tolist())
    indices = sorted(kept)
    return {
        "size_px": CELL_PX,
        "columns": COLUMNS,
        "indices": indices,
        "labels": labels[indices].tolist(),
        "read": {name: digits[indices].tolist() for name, digits in read.items()},
        "image": "/reports/digits.png?v=1",
    }


@cache
def sheet_png() -> bytes:
    """The sprite sheet itself: every cell shows its digit, each at a place of its own."""
    labels = sheet()["labels"]
    rows = -(-len(labels) // COLUMNS)
    image = Image.new("L", (COLUMNS * CELL_PX, rows * CELL_PX), 0)
    pen = ImageDraw.Draw(image)
    for place, label in enumerate(labels):
        top, left = divmod(place, COLUMNS)
        jitter = place % 5 - 2
        at = (left * CELL_PX + 8 + jitter, top * CELL_PX + 2)
        pen.text(at, str(label), fill=255, font_size=22)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
