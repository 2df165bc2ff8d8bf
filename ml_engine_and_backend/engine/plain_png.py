"""The short way to and from the pixels of a plain PNG file (ISO/IEC 15948)."""

import struct
import zlib
from typing import Final

import numpy as np
import pyspng
from numpy.typing import NDArray

from ml_engine_and_backend.engine.sanitising import PNG_SIGNATURE

_START: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
# what needs inflating and nothing else: 8 bits a channel, not interlaced; grey, RGB or RGBA
_PLAIN: Final = {
    bytes((8, colour, 0, 0, 0)): channels
    for colour, channels in ((0, "L"), (2, "RGB"), (6, "RGBA"))
}
# chunks that change what the pixels mean
_OTHER_CHUNKS: Final = (b"PLTE", b"tRNS")


def plain_pixels(file: bytes, max_pixels: int) -> NDArray[np.uint8] | None:
    """The pixels, uint8 (height, width) or (height, width, 3 or 4), of a plain PNG file.

    `file` is what sanitising.without_metadata leaves, so its checksums are right, and the decoder
    here, three times as fast as the general one, sees only headers and pixels. None where it is
    anything else, larger than `max_pixels`, or cannot be read: then the general one has the say.
    """
    if not file.startswith(_START) or any(chunk in file for chunk in _OTHER_CHUNKS):
        return None
    width_px, height_px, coding = struct.unpack_from(">II5s", file, len(_START))
    channels = _PLAIN.get(coding)
    if channels is None or not 0 < width_px * height_px <= max_pixels:
        return None
    try:
        pixels: NDArray[np.uint8] = pyspng.load(file, channels)
    except RuntimeError:  # it names what it misses, but not in our words
        return None
    return pixels


def grey_png(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels (height, width) as an 8-bit grey PNG file; quicker than an imaging library.

    They are stored, not compressed (RFC 1951, section 3.2.4): a field is one kilobyte.
    """
    height_px, width_px = pixels.shape
    rows = np.zeros((height_px, 1 + width_px), np.uint8)  # each begins with its filter: none
    rows[:, 1:] = pixels
    return (
        PNG_SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 0))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
