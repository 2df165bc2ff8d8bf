import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import ExifTags, Image

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.decoding import MAX_PIXELS, WORKING_SIDE_PX, decode
from ml_engine_and_backend.engine.errors import TooManyPixelsError, UnreadablePictureError
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.drawings import draw, encode

DRAWING = draw()
FIELD = preprocess(decode(encode(DRAWING))).field.astype(int)


def grey_alpha(*, ink: int, hidden: int) -> Image.Image:
    """The drawing as opaque ink on transparent pixels whose hidden colour is `hidden`."""
    opacity = 255 - np.asarray(DRAWING)
    grey = np.where(opacity > 0, ink, hidden).astype(np.uint8)
    return Image.merge("LA", (Image.fromarray(grey), Image.fromarray(opacity)))


def palette_with_transparency() -> Image.Image:
    # index 0 is the paper and fully transparent; index 1 the ink
    image = Image.fromarray((np.asarray(DRAWING) < 128).astype(np.uint8), "P")
    image.putpalette([255, 0, 0, 20, 20, 60])
    return image


def sixteen_bits() -> Image.Image:
    return Image.fromarray(np.asarray(DRAWING).astype(np.uint16) * 257)


FILES = {
    "PNG 1": encode(DRAWING.convert("1", dither=Image.Dither.NONE)),
    "PNG L": encode(DRAWING),
    "PNG LA, dark ink": encode(grey_alpha(ink=0, hidden=0)),
    "PNG LA, light ink": encode(grey_alpha(ink=255, hidden=255)),
    "PNG LA, dark ink over hidden white": encode(grey_alpha(ink=30, hidden=255)),
    "PNG P": encode(DRAWING.convert("P")),
    "PNG P with transparency": encode(palette_with_transparency(), transparency=0),
    "PNG RGB": encode(DRAWING.convert("RGB")),
    "PNG RGB with a transparent colour": encode(
        DRAWING.convert("RGB"), transparency=(255, 255, 255)
    ),
    "PNG RGBA": encode(DRAWING.convert("RGBA")),
    "PNG RGBA, dark ink on nothing": encode(grey_alpha(ink=0, hidden=0).convert("RGBA")),
    "PNG 16 bits": encode(sixteen_bits()),
    "JPEG L": encode(DRAWING, "JPEG", quality=90),
    "JPEG RGB": encode(DRAWING.convert("RGB"), "JPEG", quality=75),
    "JPEG CMYK": encode(DRAWING.convert("RGB").convert("CMYK"), "JPEG", quality=90),
    "WebP RGB": encode(DRAWING.convert("RGB"), "WEBP", quality=80),
    "WebP RGBA": encode(grey_alpha(ink=0, hidden=0).convert("RGBA"), "WEBP", lossless=True),
    "GIF": encode(DRAWING, "GIF"),
    "GIF, animated": encode(
        DRAWING, "GIF", save_all=True, append_images=[DRAWING.rotate(90, fillcolor=255)], loop=0
    ),
    "GIF with transparency": encode(palette_with_transparency(), "GIF", transparency=0),
    "BMP 1": encode(DRAWING.convert("1", dither=Image.Dither.NONE), "BMP"),
    "BMP L": encode(DRAWING, "BMP"),
    "BMP RGB": encode(DRAWING.convert("RGB"), "BMP"),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_format_and_mode_gives_the_same_field(kind: str) -> None:
    field = preprocess(decode(FILES[kind])).field.astype(int)
    difference = np.abs(field - FIELD)
    # two-tone pictures lose the soft rim of the strokes, lossy ones a little everywhere
    assert difference.mean() < 4, kind
    assert difference.max() < 90, kind


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photograph_is_rotated_by_its_exif_orientation(orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = DRAWING.transpose(undo[orientation]) if orientation in undo else DRAWING
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    field = preprocess(decode(encode(stored, "JPEG", quality=95, exif=exif))).field.astype(int)
    assert np.abs(field - FIELD).mean() < 2


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_unreadable_exif_is_ignored() -> None:
    damaged = encode(DRAWING, "JPEG", quality=95, exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert decode(damaged).grey.shape == (280, 280)


def test_page_with_transparent_corners_keeps_its_background() -> None:
    opacity = np.full((280, 280), 255, np.uint8)
    opacity[:50, :50] = opacity[-50:, -50:] = 0
    page = Image.merge("LA", (DRAWING, Image.fromarray(opacity)))
    assert np.array_equal(preprocess(decode(encode(page))).field, FIELD)


TWO_TONES = {
    "black above red": ((0, 0, 0), (220, 0, 0)),
    "black above yellow": ((0, 0, 0), (255, 255, 0)),
    "grey above white": ((120, 120, 120), (255, 255, 255)),
}


@pytest.mark.parametrize("tones", TWO_TONES)
def test_strokes_of_two_tones_on_transparency_are_one_drawing(tones: str) -> None:
    opacity = np.asarray(DRAWING.point(lambda level: 255 - level))
    upper, lower = TWO_TONES[tones]
    picture = Image.new("RGBA", (280, 280), (*lower, 0))
    picture.paste((*upper, 0), (0, 0, 280, 140))
    picture.putalpha(Image.fromarray(opacity))
    assert np.abs(preprocess(decode(encode(picture))).field - FIELD).mean() < 2


def test_sticker_keeps_its_background() -> None:
    sticker = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    sticker.paste(DRAWING.convert("RGBA"), (60, 60))
    assert np.array_equal(preprocess(decode(encode(sticker))).field, FIELD)


def test_small_first_gif_frame_is_extended_by_its_border() -> None:
    gif = bytearray(encode(DRAWING, "GIF"))
    screen = gif.index(b"GIF8") + 6
    gif[screen : screen + 4] = struct.pack("<HH", 400, 400)
    digit = preprocess(decode(bytes(gif)))
    assert np.array_equal(digit.field, FIELD)


def test_large_picture_needs_bounded_memory() -> None:
    wide = Image.new("RGBA", (4096, 4096), (0, 0, 0, 0))
    wide.paste((0, 0, 0, 255), (2000, 1000, 2100, 3000))
    data = encode(wide, "PNG", compress_level=1)
    code = (
        "import resource, sys\n"
        "from ml_engine_and_backend.engine.decoding import decode\n"
        "from ml_engine_and_backend.engine.preprocessing import preprocess\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "preprocess(decode(sys.stdin.buffer.read()))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], input=data, capture_output=True, cwd=REPOSITORY, check=True
    )
    # two whole copies of 64 MiB and what is small; arrays of floats would be four times as much
    assert int(result.stdout) < 200 * 1024


def test_sixteen_bit_level_can_be_transparent() -> None:
    levels = np.asarray(DRAWING).astype(np.uint16) * 257
    data = bytearray(encode(Image.fromarray(levels)))
    end = data.index(b"IDAT") - 4
    key = b"tRNS" + struct.pack(">H", 65535)
    data[end:end] = struct.pack(">I", 2) + key + struct.pack(">I", zlib.crc32(key))
    assert np.abs(preprocess(decode(bytes(data))).field - FIELD).mean() < 4


def test_sixteen_bits_use_their_whole_range() -> None:
    levels = np.array([[0, 257, 32896, 65535]], np.uint16)
    assert decode(encode(Image.fromarray(levels))).grey.tolist() == [[0, 1, 128, 255]]


def test_large_picture_is_reduced_and_keeps_its_size() -> None:
    picture = decode(encode(Image.new("L", (3001, 2000))))
    assert (picture.width_px, picture.height_px, picture.reduction) == (3001, 2000, 3)
    assert max(picture.grey.shape) <= WORKING_SIDE_PX


def bomb() -> bytes:
    """A PNG of 50,000 × 50,000 pixels in 134 bytes: the header lies, the data is short."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    )


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (bomb(), "2500000000"),
        (encode(Image.new("1", (7072, 7072)), "PNG"), "7072 × 7072 = 50013184"),
        # enough for Pillow's own warning, not for its own error
        (encode(Image.new("1", (10_000, 9_000)), "PNG"), "90000000"),
    ],
)
def test_too_many_pixels_are_refused_before_decoding(data: bytes, came: str) -> None:
    with pytest.raises(TooManyPixelsError, match=f"expected at most {MAX_PIXELS} pixels") as error:
        decode(data)
    assert came in str(error.value)


def broken_checksum(chunk: bytes) -> bytes:
    data = bytearray(encode(DRAWING))
    start = data.index(chunk)
    (length,) = struct.unpack(">I", data[start - 4 : start])
    data[start + 4 + length] ^= 0xFF
    return bytes(data)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>'
TIFF = encode(DRAWING, "TIFF")
UNREADABLE = {
    "nothing": b"",
    "text": b"I am not a picture.",
    "SVG": SVG,
    "TIFF": TIFF,
    "a signature alone": b"\x89PNG\r\n\x1a\n",
    "PNG with a broken header checksum": broken_checksum(b"IHDR"),
    "PNG with a broken data checksum": broken_checksum(b"IDAT"),
    **{
        f"{kind}, cut at {share:.0%}": FILES[kind][: int(len(FILES[kind]) * share)]
        for kind in ("PNG L", "JPEG RGB", "WebP RGB", "GIF", "BMP L")
        for share in (0.02, 0.5, 0.9)
    },
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_refuses_incomplete_picture(kind: str) -> None:
    with pytest.raises(UnreadablePictureError, match=r"^expected a .+, got "):
        decode(UNREADABLE[kind])
