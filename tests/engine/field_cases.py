"""Drawings and pictures with the fields that the engine makes, for the page's engine to make too.

`python -m tests.engine.field_cases` writes them anew.
"""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.drawings import SEVEN, TWO, draw, encode

FOLDER: Final = REPOSITORY / "frontend" / "src" / "engine"
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


def _small(**changes: Any) -> Image.Image:
    return draw(
        SEVEN,
        field_px=(96, 80),
        size_px=50,
        **({"left_px": 20, "top_px": 15, "pen_px": 6} | changes),
    )


def _sticker(colour: tuple[int, int, int]) -> Image.Image:
    """A drawing on nothing."""
    image = Image.new("RGBA", (96, 80), (*colour, 0))
    image.putalpha(ImageOps.invert(_small()))
    return image


def _coloured() -> Image.Image:
    return ImageOps.colorize(_small(), (40, 60, 160), (235, 225, 190))


def _deep() -> Image.Image:
    return Image.fromarray(np.asarray(_small()).astype(np.uint16) * 257)


def _shadow() -> Image.Image:
    falling = np.linspace(1, 0.6, 96)[None, :]
    return Image.fromarray((np.asarray(_small()) * falling).astype(np.uint8))


def _ruled() -> Image.Image:
    image = _small(ink=40)
    ImageDraw.Draw(image).line((0, 70, 96, 70), fill=120, width=2)
    return image


def _framed() -> Image.Image:
    return ImageOps.expand(_small(), 12, fill=90)


PICTURES: Final = {
    "light on dark": ImageOps.invert(_small()),
    "on grey": _small(ink=30, paper=170),
    "dark on nothing": _sticker((20, 20, 20)),
    "light on nothing": _sticker((240, 240, 240)),
    "in colours": _coloured(),
    "palette": _coloured().quantize(8),
    "one bit": _small().convert("1"),
    "sixteen bits": _deep(),
    "tightly cut": _small().crop((18, 12, 66, 66)),
    "28 pixels, as MNIST": Image.fromarray(preprocess(decode(encode(_small()))).field),
    "28 pixels, dark on light": ImageOps.invert(
        Image.fromarray(preprocess(decode(encode(_small()))).field)
    ),
    "28 pixels, not as MNIST": _small().resize((28, 28)),
    "large, reduced": _small().resize((1152, 960)),
    "within a frame": _framed(),
    "blank": Image.new("L", (96, 80), 255),
}
# what the browser leaves to the service, and why
LEFT: Final = {
    "in a shadow": (_shadow(), "uneven ground"),
    "on ruled paper": (_ruled(), "lines that cross all of it"),
}


def files() -> dict[Path, str]:
    """The content of each file."""
    return {
        FOLDER / "fieldCases.json": _text([_case(*each) for each in DRAWINGS.items()]),
        FOLDER / "pictureCases.json": _text(
            [_case(*each) | {"left": None} for each in PICTURES.items()]
            + [_case(name, image) | {"left": why} for name, (image, why) in LEFT.items()]
        ),
    }


def _case(name: str, image: Image.Image) -> dict[str, Any]:
    """A name, the picture as a PNG, and its field row by row; null where it is blank."""
    png = encode(image)
    return {"name": name, "png": _base64(png), "field": _field(png)}


def _text(cases: list[dict[str, Any]]) -> str:
    return json.dumps(cases, indent=2) + "\n"


def _field(png: bytes) -> str | None:
    try:
        return _base64(preprocess(decode(png)).field.tobytes())
    except BlankDrawingError:
        return None


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


if __name__ == "__main__":
    for file, content in files().items():
        file.write_text(content)
