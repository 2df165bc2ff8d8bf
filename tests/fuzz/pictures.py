"""Small valid pictures of every format, in the modes that decoders distinguish."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.drawings import SEVEN, TWO, draw, encode

TURNED = Image.Exif()
TURNED[0x0112] = 6  # orientation


def _modes(image: Image.Image) -> Iterator[tuple[str, Image.Image, dict[str, object]]]:
    """(media type, picture, options of its encoder) rows."""
    opacity = image.point(lambda level: 255 - level)
    transparent = Image.merge("LA", (image, opacity))
    sixteen = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    frames = {"save_all": True, "append_images": [image.rotate(90, fillcolor=255)], "loop": 0}
    for mode in ("1", "L", "P", "RGB"):
        yield "image/png", image.convert(mode), {}
        yield "image/bmp", image.convert(mode), {}
    yield "image/png", transparent, {}
    yield "image/png", transparent.convert("RGBA"), {}
    yield "image/png", sixteen, {"transparency": 65_535}
    yield "image/png", image.convert("P"), {"transparency": 0, "bits": 4}
    yield "image/png", image, {"exif": TURNED}
    yield "image/png", image, frames
    yield "image/jpeg", image, {"exif": TURNED}
    yield "image/jpeg", image.convert("RGB"), {"progressive": True, "comment": "mine"}
    yield "image/jpeg", image.convert("CMYK"), {}
    yield "image/gif", image, {"interlace": 1}
    yield "image/gif", image.convert("P"), {"transparency": 0}
    yield "image/gif", image, frames
    yield "image/webp", image.convert("RGB"), {"exif": TURNED}
    yield "image/webp", transparent.convert("RGBA"), {}
    yield "image/webp", transparent.convert("RGBA"), {"lossless": True}
    yield "image/webp", image.convert("RGB"), frames


def pictures() -> list[tuple[str, bytes]]:
    """(media type, file) rows."""
    rows = []
    for strokes, side in ((TWO, 64), (SEVEN, 120)):
        image = draw(
            strokes, field_px=(side, side + 9), size_px=side / 2, left_px=side / 4, pen_px=side / 12
        )
        rows += [
            (kind, encode(mode, kind.removeprefix("image/").upper(), **options))
            for kind, mode, options in _modes(image)
        ]
    return rows
