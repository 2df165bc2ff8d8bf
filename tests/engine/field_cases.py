"""Drawings with the fields that the engine makes of them, for the page's engine to make as well.

`python -m tests.engine.field_cases` writes them anew.
"""

import json
from base64 import b64encode
from typing import Any, Final

from PIL import Image, ImageDraw

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.drawings import SEVEN, TWO, draw, encode

FILE: Final = REPOSITORY / "frontend" / "src" / "engine" / "fieldCases.json"
ONE: Final = [[(0.5, 0.0), (0.5, 1.0)]]


def _with_specks() -> Image.Image:
    image = draw(TWO)
    pen = ImageDraw.Draw(image)
    for x, y in ((20, 20), (250, 40), (30, 240)):
        pen.ellipse((x, y, x + 3, y + 3), fill=0)
    return image


def _dot(radius_px: int) -> Image.Image:
    image = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(image).ellipse([140 - radius_px] * 2 + [140 + radius_px] * 2, fill=0)
    return image


DRAWINGS: Final = {
    "medium pen": draw(TWO),
    "fat pen": draw(SEVEN, pen_px=34),
    "thin pen, which is thickened": draw(SEVEN, size_px=210, left_px=35, top_px=35, pen_px=7),
    "hairline, which is thickened": draw(TWO, size_px=200, left_px=40, top_px=40, pen_px=2),
    "small": draw(SEVEN, size_px=40, left_px=15, top_px=220, pen_px=6),
    "upright line": draw(ONE, pen_px=14),
    "to the border": draw(TWO, size_px=300, left_px=-10, top_px=-10, pen_px=24),
    "faint": draw(TWO, ink=190),
    "specks beside it": _with_specks(),
    "only a dot": _dot(12),
    "only a speck": _dot(2),
    "blank": Image.new("L", (280, 280), 255),
}


def cases() -> list[dict[str, Any]]:
    """A name, the drawing as a grey PNG, and its field row by row; null where it is blank."""
    return [
        {"name": name, "png": _base64(png := encode(image)), "field": _field(png)}
        for name, image in DRAWINGS.items()
    ]


def _field(png: bytes) -> str | None:
    try:
        return _base64(preprocess(decode(png)).field.tobytes())
    except BlankDrawingError:
        return None


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


def text() -> str:
    """The file's content."""
    return json.dumps(cases(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
