"""Small files that announce or hide much work: read or refused in little time."""

import struct
import time
import zlib
from contextlib import suppress

import pytest
from PIL import Image

from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.errors import LadderError
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.drawings import draw, encode
from tests.engine.test_sanitising import SCAN, exif, jpeg_with, segment
from tests.fuzz.lies import IHDR, Chunk, png
from tests.fuzz.test_pictures import MAX_CPU_S

MEGABYTE = 1_000_000
SIDE = 4096  # the most pixels there may be, as a square
PACKED = zlib.compress(bytes(MEGABYTE), 9)
BLANK = zlib.compress(bytes(28 * 29))
END: Chunk = (b"IEND", b"")


def header(width: int, height: int, depth: int = 8, colour: int = 0, interlaced: int = 0) -> Chunk:
    return b"IHDR", struct.pack(IHDR, width, height, depth, colour, 0, 0, interlaced)


def laden(kind: bytes, content: bytes) -> bytes:
    """A 28 × 28 PNG of about a megabyte, most of it chunks of one kind."""
    count = MEGABYTE // (len(content) + 12)
    return png([header(28, 28), *[(kind, content)] * count, (b"IDAT", BLANK), END])


def large(depth: int, colour: int, bytes_per_row: int, interlaced: int = 0) -> bytes:
    """As many blank pixels as there may be, in as many bits as there may be."""
    rows = zlib.compress(bytes(SIDE * (bytes_per_row + 1)), 9)
    return png([header(SIDE, SIDE, depth, colour, interlaced), (b"IDAT", rows), END])


def gif(side: int, content: bytes) -> bytes:
    return (
        b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + content
    )


def bmp(rle: bytes) -> bytes:
    """8 bits a pixel, run-length encoded."""
    start = 14 + 40 + 1024
    info = struct.pack("<IiiHHIIiiII", 40, SIDE, SIDE, 1, 8, 1, 0, 0, 0, 256, 256)
    return b"BM" + struct.pack("<IHHI", start + len(rle), 0, 0, start) + info + bytes(1024) + rle


def canvas(side: int) -> bytes:
    """An animated WebP of small frames on a canvas of this side."""
    frames = [draw(field_px=(64, 64), left_px=9, size_px=40).rotate(turn) for turn in (0, 90)]
    data = bytearray(encode(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    start = data.index(b"VP8X") + 12
    data[start : start + 6] = (side - 1).to_bytes(3, "little") * 2
    return bytes(data)


def lines(side: int, width: int) -> bytes:
    """A drawing of nothing but hairlines, joined into one piece."""
    image = Image.new("L", (side, side), 255)
    image.paste(0, (8, side // 2, side - 8, side // 2 + 1))
    for x in range(8, side - 8, 2 * width):
        image.paste(0, (x, 8, x + width, side - 8))
    return encode(image)


PROGRESSIVE = encode(Image.new("L", (SIDE, SIDE)), "JPEG", progressive=True)
ENTRIES = ((0x3000 + n, 7, 60_000, 8) for n in range(5_000))
HOSTILE = {
    "PNG, compressed profiles": laden(b"iCCP", b"a\0\0" + PACKED),
    "PNG, compressed texts": laden(b"zTXt", b"a\0\0" + PACKED),
    "PNG, international texts": laden(b"iTXt", b"a\0\1\0\0\0" + PACKED),
    "PNG, texts": laden(b"tEXt", b"a\0b"),
    "PNG, empty chunks": laden(b"IDAT", b""),
    "PNG, EXIF of many entries": laden(b"eXIf", exif(ENTRIES)),
    "PNG, more pixels than told": png(
        [header(28, 28), (b"IDAT", zlib.compress(bytes(50 * MEGABYTE), 9)), END]
    ),
    "PNG, grey": large(8, 0, SIDE),
    "PNG, RGBA, 16 bits": large(16, 6, 8 * SIDE),
    "PNG, RGBA, 16 bits, interlaced": large(16, 6, 8 * SIDE + 8, interlaced=1),
    "PNG, one row": png([header(SIDE * SIDE, 1), (b"IDAT", PACKED), END]),
    "PNG, one column": png([header(1, SIDE * SIDE), (b"IDAT", PACKED), END]),
    "PNG, no pixels": png([header(0, 28), (b"IDAT", BLANK), END]),
    "PNG, the most pixels there are": png([header(2**31 - 1, 2**31 - 1), (b"IDAT", BLANK), END]),
    "PNG, hairlines": lines(1024, 1),
    "PNG, lines": lines(1024, 8),
    "JPEG, all scans but one too many": PROGRESSIVE[:-2] + SCAN * 50 + PROGRESSIVE[-2:],
    "JPEG, endless scans": PROGRESSIVE[:-2] + SCAN * 90_000 + PROGRESSIVE[-2:],
    "JPEG, profiles": jpeg_with(*[segment(0xE2, b"ICC_PROFILE\0\1\xff")] * 50_000),
    "JPEG, EXIF in pieces": jpeg_with(*[segment(0xE1, b"Exif\0\0I")] * 90_000),
    "JPEG, comments": jpeg_with(*[segment(0xFE, b"a")] * 200_000),
    "JPEG, filling": jpeg_with(b"\xff" * MEGABYTE),
    "GIF, a comment byte by byte": gif(28, b"\x21\xfe" + b"\x01a" * 450_000 + b"\0;"),
    "GIF, comments": gif(28, b"\x21\xfe\x01a\0" * 200_000 + b";"),
    "GIF, junk": gif(28, b"\x01" * MEGABYTE + b";"),
    "GIF, a dot on a large screen": gif(
        SIDE, b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0;"
    ),
    "WebP, a large canvas": canvas(SIDE),
    "WebP, the largest canvas": canvas(16_384),
    "BMP, runs": bmp(bytes([255, 1]) * 400_000),
    "BMP, runs of one": bmp(b"\1\1" * 500_000),
    "BMP, jumps": bmp(b"\0\2\1\0" * 250_000),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_it_takes_little_time(case: str) -> None:
    assert len(HOSTILE[case]) <= 1024 * 1024, "expected what may be uploaded"
    started = time.process_time()
    with suppress(LadderError):
        assert preprocess(decode(HOSTILE[case])).field.shape == (28, 28)
    assert time.process_time() - started < MAX_CPU_S
