import struct
import zlib
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from ml_engine_and_backend.engine.plain_png import plain_pixels
from ml_engine_and_backend.engine.sanitising import without_metadata
from tests.drawings import draw, encode

DRAWING = draw()
COLOURED = Image.merge("RGBA", (DRAWING, DRAWING.rotate(90), DRAWING.rotate(180), DRAWING))
ENOUGH = 280 * 280


def png(raw: bytes, *, colour: int = 0, width: int = 4, height: int = 3, parts: int = 1) -> bytes:
    """A PNG file whose compressed pixels inflate to `raw`, in `parts` chunks."""
    data = zlib.compress(raw)
    cuts = [len(data) * part // parts for part in range(parts + 1)]
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)),
        *((b"IDAT", data[a:b]) for a, b in pairwise(cuts)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_plain_png_decodes_like_pillow(mode: str) -> None:
    image = COLOURED.convert(mode)
    pixels = plain_pixels(encode(image), ENOUGH)
    assert pixels is not None
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, np.asarray(image))


@pytest.mark.parametrize("colour", [0, 2, 6])
@pytest.mark.parametrize("filter_type", range(5))
@pytest.mark.parametrize("parts", [1, 7])
def test_every_filter_is_undone(colour: int, filter_type: int, parts: int) -> None:
    channels = {0: 1, 2: 3, 6: 4}[colour]
    rows = np.random.default_rng(0).integers(0, 256, (3, 4 * channels), np.uint8)
    raw = b"".join(bytes([filter_type]) + row.tobytes() for row in rows)
    file = png(raw, colour=colour, parts=parts)
    pixels = plain_pixels(file, 12)
    assert pixels is not None
    assert np.array_equal(pixels, np.asarray(Image.open(BytesIO(file))))


NOT_PLAIN = {
    "nothing": b"",
    "a JPEG": encode(DRAWING, "JPEG"),
    "a palette": encode(DRAWING.convert("P")),
    "one bit": encode(DRAWING.convert("1")),
    "16 bits": encode(Image.fromarray(np.asarray(DRAWING).astype(np.uint16))),
    "grey with opacity": encode(DRAWING.convert("LA")),
    "a transparent grey": encode(DRAWING, transparency=255),
    "a transparent colour": encode(DRAWING.convert("RGB"), transparency=(255, 255, 255)),
    "no rows": png(b"", height=0),
    "too few rows": png(bytes(5)),
    "an unknown filter": png(bytes([9, 0, 0, 0, 0]) * 3),
    "no pixels": png(b""),
    "more pixels than asked for": png(bytes(281), width=280, height=281),
}


@pytest.mark.parametrize("kind", NOT_PLAIN)
def test_other_files_are_left_to_pillow(kind: str) -> None:
    assert plain_pixels(NOT_PLAIN[kind], ENOUGH) is None


def test_interlaced_is_not_plain() -> None:
    header = bytearray(encode(DRAWING))
    header[28] = 1
    assert plain_pixels(bytes(header), ENOUGH) is None


def test_damaged_pixels_with_valid_checksums_do_not_crash() -> None:
    """Bytes that inflate to anything, or do not, in files that the chunks' checksums call whole."""
    rng = np.random.default_rng(0)
    raw = np.insert(np.asarray(COLOURED.resize((40, 40))).reshape(40, -1), 0, 1, axis=1)
    outcomes = {True: 0, False: 0}
    for _ in range(1_000):
        changed = raw.copy()
        places = rng.integers(0, raw.size, rng.integers(1, 6))
        changed.flat[places] = rng.integers(0, 256, len(places))
        changed[rng.integers(0, 40), 0] = rng.integers(0, 7)
        cut = int(rng.integers(raw.size // 2, raw.size + raw.size // 4))
        file = png(changed.tobytes()[:cut], colour=6, width=40, height=int(rng.integers(20, 48)))
        pixels = plain_pixels(without_metadata(file)[0], ENOUGH)
        outcomes[pixels is not None] += 1
        if pixels is not None:
            assert np.array_equal(pixels, np.asarray(Image.open(BytesIO(file))))
    assert min(outcomes.values()) > 100
