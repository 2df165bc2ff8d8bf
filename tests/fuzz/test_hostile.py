"""Small files that announce or contain much work: read or refused in little time."""

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
from tests.fuzz.damage import png
from tests.fuzz.test_requests import MAX_CPU_S

MEGABYTE = 1_000_000
SIDE = 4096  # the most pixels that are accepted, as a square
ZEROS = zlib.compress(bytes(MEGABYTE), 9)


def png_of(
    width: int,
    height: int,
    pixels: bytes,
    *extra: tuple[bytes, bytes],
    form: bytes = b"\x08\0\0\0\0",
) -> bytes:
    """A PNG with compressed `pixels` behind extra chunks; `form` is bit depth to interlacing."""
    header = struct.pack(">II", width, height) + form
    return png([(b"IHDR", header), *extra, (b"IDAT", pixels), (b"IEND", b"")])


def png_full_of(kind: bytes, content: bytes) -> bytes:
    """A 28 × 28 PNG of about a megabyte, most of it chunks of one kind."""
    count = MEGABYTE // (len(content) + 12)
    return png_of(28, 28, zlib.compress(bytes(28 * 29)), *[(kind, content)] * count)


def jpeg_with(*segments: bytes) -> bytes:
    jpeg = encode(draw(), "JPEG")
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def progressive_jpeg(empty_scans: int) -> bytes:
    jpeg = encode(Image.new("L", (SIDE, SIDE)), "JPEG", progressive=True)
    return jpeg[:-2] + b"\xff\xda\0\x08\x01\x01\0\x01\x01\0" * empty_scans + jpeg[-2:]


def gif(side: int, content: bytes) -> bytes:
    screen = struct.pack("<HHBBB", side, side, 0x80, 0, 0)
    return b"GIF89a" + screen + b"\0\0\0\xff\xff\xff" + content


def bmp(runs: bytes) -> bytes:
    """8 bits per pixel, run-length encoded."""
    start = 14 + 40 + 1024
    info = struct.pack("<IiiHHIIiiII", 40, SIDE, SIDE, 1, 8, 1, 0, 0, 0, 256, 256)
    return b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start) + info + bytes(1024) + runs


def webp_on_large_canvas() -> bytes:
    """Small animated frames on a canvas of SIDE pixels square."""
    frames = [draw(field_px=(64, 64), left_px=9, size_px=40).rotate(turn) for turn in (0, 90)]
    data = bytearray(encode(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    start = data.index(b"VP8X") + 12
    data[start : start + 6] = (SIDE - 1).to_bytes(3, "little") * 2
    return bytes(data)


def hairlines() -> bytes:
    """Lines of one pixel, joined into one piece."""
    image = Image.new("L", (1024, 1024), 255)
    image.paste(0, (8, 512, 1016, 513))
    for x in range(8, 1016, 2):
        image.paste(0, (x, 8, x + 1, 1016))
    return encode(image)


EXIF = b"II*\0" + struct.pack("<IH", 8, 5_000) + struct.pack("<HHII", 0x3000, 7, 60_000, 8) * 5_000
DEEP_ROWS = zlib.compress(bytes(SIDE * (8 * SIDE + 9)), 9)
HOSTILE = {
    "PNG, compressed profiles": png_full_of(b"iCCP", b"a\0\0" + ZEROS),
    "PNG, compressed texts": png_full_of(b"iTXt", b"a\0\1\0\0\0" + ZEROS),
    "PNG, texts": png_full_of(b"tEXt", b"a\0b"),
    "PNG, empty chunks": png_full_of(b"IDAT", b""),
    "PNG, EXIF of many entries": png_full_of(b"eXIf", EXIF),
    "PNG, more pixels than announced": png_of(28, 28, zlib.compress(bytes(50 * MEGABYTE), 9)),
    "PNG, 16-bit RGBA, interlaced": png_of(SIDE, SIDE, DEEP_ROWS, form=b"\x10\x06\0\0\x01"),
    "PNG, one row": png_of(SIDE * SIDE, 1, ZEROS),
    "PNG, one column": png_of(1, SIDE * SIDE, ZEROS),
    "PNG, hairlines": hairlines(),
    "JPEG, almost too many scans": progressive_jpeg(50),
    "JPEG, endless scans": progressive_jpeg(90_000),
    "JPEG, EXIF in pieces": jpeg_with(b"\xff\xe1\0\x0bExif\0\0I\0\0" * 70_000),
    "JPEG, comments": jpeg_with(b"\xff\xfe\0\x03a" * 200_000),
    "JPEG, filling": jpeg_with(b"\xff" * MEGABYTE),
    "GIF, a comment byte by byte": gif(28, b"\x21\xfe" + b"\x01a" * 450_000 + b"\0;"),
    "GIF, comments": gif(28, b"\x21\xfe\x01a\0" * 200_000 + b";"),
    "GIF, junk": gif(28, b"\x01" * MEGABYTE + b";"),
    "GIF, a dot on a large screen": gif(
        SIDE, b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0;"
    ),
    "WebP, a large canvas": webp_on_large_canvas(),
    "BMP, runs of one": bmp(b"\1\1" * 500_000),
    "BMP, jumps": bmp(b"\0\2\1\0" * 250_000),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_takes_little_time(case: str) -> None:
    assert len(HOSTILE[case]) <= 1024 * 1024, "expected at most what may be uploaded"
    started = time.process_time()
    with suppress(LadderError):
        assert preprocess(decode(HOSTILE[case])).field.shape == (28, 28)
    assert time.process_time() - started < MAX_CPU_S
