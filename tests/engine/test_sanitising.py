import struct
import zlib
from collections.abc import Iterable
from io import BytesIO

import pytest
from PIL import Image

from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.errors import UnreadablePictureError
from ml_engine_and_backend.engine.sanitising import (
    MAX_SCANS,
    PNG_SIGNATURE,
    orientation,
    without_metadata,
)
from tests.drawings import draw, encode

DRAWING = draw()
PNG = encode(DRAWING)
JPEG = encode(DRAWING.convert("RGB"), "JPEG")
TURNED = Image.Exif()
TURNED[274] = 6
COMMENT = b"\xff\xfe\0\3x"
# a scan of no bits at all
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x01\x01\x00"


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png_with(*chunks: bytes) -> bytes:
    """The PNG with chunks behind its header."""
    return PNG[:33] + b"".join(chunks) + PNG[33:]


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg_with(*segments: bytes) -> bytes:
    return JPEG[:2] + b"".join(segments) + JPEG[2:]


def exif(entries: Iterable[tuple[int, int, int, int]], order: str = "<") -> bytes:
    """EXIF of (tag, type, count, value) rows; a value is a SHORT and two bytes of padding."""
    rows = list(entries)
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "IH", 8, len(rows))
    return head + b"".join(struct.pack(order + "HHIHxx", *row) for row in rows)


@pytest.mark.parametrize("data", [PNG, JPEG, encode(DRAWING, "BMP"), b"\x89PNG", b"", b"text"])
def test_file_without_metadata_is_unchanged(data: bytes) -> None:
    assert without_metadata(data) == (data, b"")


ICC = zlib.compress(bytes(1000))
LADEN = {
    "PNG, profile": png_with(chunk(b"iCCP", b"a\0\0" + ICC)),
    "PNG, texts": png_with(chunk(b"tEXt", b"a\0b"), chunk(b"zTXt", b"a\0\0" + ICC)),
    "PNG, animation": png_with(chunk(b"acTL", struct.pack(">II", 2, 0))),
    "PNG, a chunk of its own": png_with(chunk(b"myOw", b"?")),
    "PNG, something behind": PNG + b"behind",
    "JPEG, profile": jpeg_with(segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(9))),
    "JPEG, several pictures": jpeg_with(segment(0xE2, b"MPF\0" + bytes(9))),
    "JPEG, comment": jpeg_with(segment(0xFE, b"drawn by hand")),
    "JPEG, Photoshop's": jpeg_with(segment(0xED, b"Photoshop 3.0\0")),
    "JPEG, second EXIF": jpeg_with(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0")),
}


@pytest.mark.parametrize("case", LADEN)
def test_metadata_does_not_reach_the_decoder(case: str) -> None:
    expected = PNG if case.startswith("PNG") else JPEG
    assert without_metadata(LADEN[case]) == (expected, b"")


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_exif_is_extracted(file_format: str) -> None:
    file, found = without_metadata(encode(DRAWING, file_format, exif=TURNED))
    assert orientation(found) == 6
    assert b"II*\0" not in file
    assert b"MM\0*" not in file


def test_keeps_palette_and_colour_transform() -> None:
    palette = encode(DRAWING.convert("P"), transparency=0)
    assert without_metadata(palette)[0] == palette
    inks = encode(DRAWING.convert("RGB").convert("CMYK"), "JPEG")
    assert b"Adobe" in without_metadata(inks)[0]


@pytest.mark.parametrize(
    "junk",
    [b"\xff" * 99, b"\xff\x00", b"\xff\xd0\xff\xd8\xff\xd9", b"\xff\xf7", b"no segment", b"\0"],
)
def test_metadata_after_junk_does_not_reach_the_decoder(junk: bytes) -> None:
    behind = segment(0xE1, b"Exif\0\0" + exif([(274, 3, 1, 6)]))
    file, found = without_metadata(jpeg_with(COMMENT, junk, behind, junk, COMMENT, junk))
    assert file == JPEG
    assert orientation(found) == 6


def test_skips_segment_length_below_two_as_decoders_do() -> None:
    assert without_metadata(jpeg_with(b"\xff\xe1\0\0", segment(0xE1, b"x")))[0] == JPEG


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("value", range(1, 9))
def test_every_exif_orientation_is_applied_in_every_format(file_format: str, value: int) -> None:
    wide = Image.new("L", (30, 20), 255)
    wide.paste(0, (0, 0, 10, 5))  # a mark in the corner
    # the decoder's own is right, but reads all of the EXIF
    tag = Image.Exif()
    tag[274] = value
    data = encode(wide, file_format, exif=tag, quality=100)
    with Image.open(BytesIO(data)) as image:
        assert image.getexif()[274] == value
    grey = decode(data).grey
    dark = grey < 128
    assert grey.shape == ((20, 30) if value < 5 else (30, 20))
    corner = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0)}
    corner |= {5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}
    assert dark[corner[value]]
    assert 40 <= dark.sum() <= 60


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (exif([(274, 3, 1, 6)]), 6),
        (exif([(274, 3, 1, 6)], ">"), 6),
        (b"Exif\0\0" + exif([(256, 3, 1, 40), (274, 3, 1, 8)]), 8),
        (exif((0x3000 + n, 7, 0xFFFF_FFFF, 8) for n in range(50_000)), 1),
        (exif([(274, 3, 1, 0)]), 1),
        (exif([(274, 3, 1, 9)]), 1),
        (exif([(274, 4, 1, 6)]), 1),
        (exif([(274, 3, 2, 6)]), 1),
        (exif([]), 1),
        (exif([(274, 3, 1, 6)])[:-3], 1),
        (b"II*\0\xff\xff\xff\xff", 1),
        (b"II*\0\x08\0\0\0\xff\xff", 1),
        (b"II+\0\x08\0\0\0", 1),
        (b"II", 1),
        (b"", 1),
    ],
)
def test_orientation_of_arbitrary_exif(content: bytes, expected: int) -> None:
    assert orientation(content) == expected


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (PNG_SIGNATURE, "8 bytes that end within it"),
        (PNG[:-12], "end within it"),
        (PNG[:-1], "end within it"),
        (png_with(b"\xff\xff\xff\xffIDAT"), "end within it"),
        (png_with(chunk(b"tEXt", b"a\0b")[:-1] + b"?"), "a broken checksum in its chunk b'tEXt'"),
        (PNG[:8] + chunk(b"tEXt", b"a\0b") + PNG[8:], "got b'tEXt'"),
        (png_with(PNG[8:33]), "got b'IHDR'"),
    ],
)
def test_refuses_damaged_png(data: bytes, came: str) -> None:
    with pytest.raises(UnreadablePictureError, match=r"expected a .*PNG file.*, got ") as error:
        without_metadata(data)
    assert came in str(error.value)


def test_refuses_jpeg_with_too_many_scans() -> None:
    progressive = encode(DRAWING, "JPEG", progressive=True)
    own = progressive.count(b"\xff\xda")
    enough = progressive[:-2] + SCAN * (MAX_SCANS - own) + progressive[-2:]
    assert decode(enough).width_px == 280
    with pytest.raises(UnreadablePictureError, match=f"at most {MAX_SCANS} scans, got 65"):
        decode(progressive[:-2] + SCAN * (MAX_SCANS - own + 1) + progressive[-2:])


@pytest.mark.parametrize("cut", [2, 3, 4, 5, 20, 200])
def test_leaves_truncated_jpeg_to_the_decoder(cut: int) -> None:
    with pytest.raises(UnreadablePictureError):
        decode(JPEG[:cut])
