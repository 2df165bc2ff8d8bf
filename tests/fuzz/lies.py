"""Headers that contradict what follows them, in every format."""

import struct
import zlib
from random import Random
from typing import NamedTuple

from tests.fuzz.damage import any_number, damaged

Chunk = tuple[bytes, bytes]  # kind, content

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = (
    *(b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf", b"iCCP", b"zTXt", b"iTXt", b"tEXt"),
    *(b"acTL", b"fcTL", b"fdAT", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"tIME", b"myOw"),
)
IHDR = ">IIBBBBB"


class Place(NamedTuple):
    """A number `offset` bytes behind the beginning of a mark, as a struct code of its size."""

    mark: bytes
    offset: int
    code: str


PLACES = {
    "image/gif": [
        # screen: sides, flags; frame: place, sides, flags, code size; delay and disposal
        *(Place(b"GIF", 6, "<H"), Place(b"GIF", 8, "<H"), Place(b"GIF", 10, "B")),
        *(Place(b"\x2c", n, "<H") for n in (1, 3, 5, 7)),
        *(Place(b"\x2c", 9, "B"), Place(b"\x2c", 10, "B"), Place(b"\x21\xf9", 3, "B")),
    ],
    "image/bmp": [
        # file size, offset of the pixels, header size, sides, compression, data size, colours
        *(Place(b"BM", n, "<I") for n in (2, 10, 14, 18, 22, 30, 34, 46)),
        *(Place(b"BM", n, "<H") for n in (26, 28)),  # planes, bits a pixel
    ],
    "image/jpeg": [
        # start of frame: length, precision, sides, components, sampling; of scan: spectrum
        *(Place(mark, n, ">H") for mark in (b"\xff\xc0", b"\xff\xc2") for n in (2, 5, 7)),
        *(Place(mark, n, "B") for mark in (b"\xff\xc0", b"\xff\xc2") for n in (1, 4, 9, 11, 12)),
        *(Place(b"\xff\xda", n, "B") for n in (1, 4, 6, 7, 8, 9)),
        *(Place(b"\xff\xc4", n, "B") for n in (3, 4, 5, 20)),
        *(Place(b"\xff\xdb", 2, ">H"), Place(b"\xff\xdb", 4, "B"), Place(b"\xff\xee", 15, "B")),
    ],
    "image/webp": [
        *(Place(b"RIFF", 4, "<I"), Place(b"VP8X", 4, "<I"), Place(b"VP8X", 8, "B")),
        *(Place(b"VP8X", n, "<H") for n in (12, 15)),
        *(Place(b"VP8 ", n, "<H") for n in (4, 14, 16)),
        *(Place(b"VP8L", n, "<I") for n in (4, 9)),
        *(Place(b"ANMF", n, "<H") for n in (4, 8, 11, 14, 17, 20)),
        *(Place(b"ANIM", 4, "<I"), Place(b"EXIF", 4, "<I")),
    ],
    # EXIF, in whichever file: first directory, its length, an entry's tag, type, count, value
    "EXIF": [
        Place(mark, n, code)
        for mark in (b"II*\0", b"MM\0*")
        for n, code in ((4, ">I"), (8, ">H"), (10, ">H"), (12, ">H"), (14, ">I"), (18, ">I"))
    ],
}


def with_lie(random: Random, media_type: str, data: bytes) -> bytes:
    """The file with a number or a chunk that is not true, and true checksums."""
    if media_type == "image/png" and random.random() < 0.9:
        return _png_with_lie(random, data)
    places = PLACES["EXIF"] + PLACES.get(media_type, []) * 3
    random.shuffle(places)
    for mark, offset, code in places:
        start = data.find(mark)
        if start >= 0:
            number = any_number(random, code)
            start += offset
            return data[:start] + number + data[start + len(number) :]
    return data


def chunks(data: bytes) -> list[Chunk]:
    """The chunks of an intact PNG."""
    start, found = len(SIGNATURE), []
    while start < len(data):
        length, kind = struct.unpack_from(">I4s", data, start)
        found.append((kind, data[start + 8 : start + 8 + length]))
        start += 12 + length
    return found


def png(parts: list[Chunk]) -> bytes:
    """A PNG of these chunks, with true lengths and checksums."""
    return SIGNATURE + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )


def _png_with_lie(random: Random, data: bytes) -> bytes:
    parts = chunks(data)
    at = random.randrange(len(parts))
    kind, content = parts[at]
    match random.randrange(9):
        case 0 | 1:
            parts[0] = (b"IHDR", _header_with_lie(random, parts[0][1]))
        case 2:
            parts[at] = (kind, damaged(random, content))
        case 3:
            parts = [_repacked(random, part) if part[0] == b"IDAT" else part for part in parts]
        case 4:
            parts[at] = (random.choice(CHUNKS), content)
        case 5:
            del parts[at]
        case 6:
            parts.insert(random.randrange(len(parts) + 1), parts[at])
        case 7:
            random.shuffle(parts)
        case 8:
            parts.insert(random.randrange(1, len(parts)), _foreign(random))
    return png(parts)


def _header_with_lie(random: Random, content: bytes) -> bytes:
    fields = list(struct.unpack(IHDR, content))
    at = random.randrange(len(fields))
    if at < 2:
        (fields[at],) = struct.unpack(">I", any_number(random, ">I"))
    else:
        fields[at] = random.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 255))
    return struct.pack(IHDR, *fields)


def _repacked(random: Random, part: Chunk) -> Chunk:
    """Pixel data that is intact for zlib and none for PNG."""
    try:
        rows = zlib.decompress(part[1])
    except zlib.error:  # one of several
        return part
    return part[0], zlib.compress(damaged(random, rows), random.randrange(10))


def _foreign(random: Random) -> Chunk:
    """A chunk from elsewhere, full of something."""
    kind = random.choice(CHUNKS)
    packed = zlib.compress(bytes(random.choice((10, 2_000_000))))
    something = (random.randbytes(random.choice((0, 1, 13, 768))), packed, b"a\0\0" + packed)
    return kind, random.choice(something)
