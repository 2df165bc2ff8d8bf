"""PNG and JPEG files without what is not the picture: nothing else reaches the decoder.

Metadata is where small files hide much work. Colour profiles and texts are compressed, EXIF can
hold 65,535 entries, and the decoder warns of each that is damaged, by its own text.
"""

import struct
import zlib
from typing import Final

from ml_engine_and_backend.engine.errors import UnreadablePictureError

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
JPEG_SIGNATURE: Final = b"\xff\xd8\xff"
# the chunks that pixels are made of (ISO/IEC 15948, section 11)
PIXEL_CHUNKS: Final = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
# Every scan of a progressive JPEG goes over all of its pixels, and may take 10 bytes. Encoders
# write about ten; a photograph's thumbnail and its further frames have theirs.
MAX_SCANS: Final = 64

# second bytes of JPEG's markers (ITU-T T.81, table B.1): without a length, and with one
_ALONE: Final = frozenset((0x00, 0xC8, *range(0xD0, 0xDA), *range(0xF0, 0xFE)))
_SEGMENTS: Final = frozenset((*range(0xC0, 0xD0), *range(0xDB, 0xF0), 0xFE))
# application segments and comments; JFIF (0) and Adobe (14) tell what the colours mean
_METADATA: Final = frozenset((*range(0xE1, 0xEE), 0xEF, 0xFE))

_EXIF: Final = b"Exif\0\0"
_ORIENTATION: Final = 0x0112
_SHORT: Final = 3


def without_metadata(data: bytes) -> tuple[bytes, bytes]:
    """The same picture as a file without metadata, and its EXIF, empty where there is none.

    A file that is neither PNG nor JPEG comes back as it is.

    Raises:
        UnreadablePictureError: a PNG that is truncated, has a broken checksum or no header in
            front; a JPEG of more than MAX_SCANS scans.
    """
    if data.startswith(PNG_SIGNATURE):
        return _png(data)
    if data.startswith(JPEG_SIGNATURE):
        return _jpeg(data)
    return data, b""


def orientation(exif: bytes) -> int:
    """How to turn the picture, 1 (not at all) to 8, as EXIF 2.3, section 4.6.4, numbers it.

    Reads that one entry and no other; what cannot be read says nothing, so it is 1.
    """
    tiff = exif.removeprefix(_EXIF)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(order + "I", tiff, 4)
        (entries,) = struct.unpack_from(order + "H", tiff, directory)
        for number in range(entries):
            tag, kind, count, value = struct.unpack_from(
                order + "HHIH", tiff, directory + 2 + 12 * number
            )
            if tag == _ORIENTATION:
                return value if kind == _SHORT and count == 1 and 1 <= value <= 8 else 1
    except struct.error:  # it points outside of itself
        pass
    return 1


def _png(data: bytes) -> tuple[bytes, bytes]:
    kept, exif = [PNG_SIGNATURE], b""
    start, kind = len(PNG_SIGNATURE), b""
    while kind != b"IEND":
        if start + 12 > len(data):
            raise _truncated(data)
        length, kind = struct.unpack_from(">I4s", data, start)
        end = start + 12 + length
        if end > len(data):
            raise _truncated(data)
        # decoding looks at no checksum of the pixels
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(data[start + 4 : end - 4]) != checksum:
            raise UnreadablePictureError(
                f"expected a whole PNG file, got a broken checksum in its chunk {kind!r}"
            )
        if (kind == b"IHDR") != (start == len(PNG_SIGNATURE)):
            # what reads only the beginning must know the size, and decoders take the last header
            raise UnreadablePictureError(
                f"expected a PNG file whose first chunk is its only b'IHDR', got {kind!r}"
            )
        if kind in PIXEL_CHUNKS:
            kept.append(data[start:end])
        elif kind == b"eXIf":
            exif = data[start + 8 : end - 4]
        start = end
    return b"".join(kept), exif


def _truncated(data: bytes) -> UnreadablePictureError:
    return UnreadablePictureError(
        f"expected a whole PNG file, got {len(data)} bytes that end within it"
    )


def _jpeg(data: bytes) -> tuple[bytes, bytes]:
    kept, exif, start = [data[:2]], b"", 2
    # Up to the first scan. Decoders pass over what is no segment, and so must this: else a damaged
    # file would hide its metadata from here and not from them.
    while 0 <= (start := data.find(b"\xff", start)) < len(data) - 1:
        marker = data[start + 1]
        if marker == 0xFF:  # filling
            start += 1
            continue
        if marker in _ALONE:
            start += 2
            continue
        if marker not in _SEGMENTS or start + 4 > len(data):
            kept.append(data[start:])
            break
        (length,) = struct.unpack_from(">H", data, start + 2)
        end = start + 2 + max(length, 2)
        if marker == 0xE1 and not exif and data.startswith(_EXIF, start + 4):
            exif = data[start + 4 : end]
        if marker not in _METADATA:
            kept.append(data[start:end])
        start = end
    file = b"".join(kept)
    # no pixel's code contains a marker
    scans = file.count(b"\xff\xda")
    if scans > MAX_SCANS:
        raise UnreadablePictureError(
            f"expected a JPEG file of at most {MAX_SCANS} scans, got {scans}"
        )
    return file, exif
