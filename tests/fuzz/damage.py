"""Damaged bytes, and PNG files that are damaged behind true checksums."""

import struct
import zlib
from collections.abc import Sequence
from random import Random

# where sizes, signs and sentinels turn over, and the limits of this service beside them
TURNING_POINTS = (
    *(0, 1, 2, 3, 8, 9, 27, 28, 29, 127, 128, 255, 256, 4095, 4096, 4097, 32_767, 32_768, 65_535),
    *(65_536, 2**31 - 1, 2**31, 2**32 - 1),
)
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = (
    *(b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf", b"iCCP", b"zTXt", b"iTXt", b"tEXt"),
    *(b"acTL", b"fcTL", b"fdAT", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"tIME", b"myOw"),
)
Chunk = tuple[bytes, bytes]  # kind, content


def any_number(random: Random, code: str) -> bytes:
    """A turning point, or any number, packed by the struct code of an unsigned integer."""
    bits = 8 * struct.calcsize(code)
    number = random.choice(TURNING_POINTS) if random.random() < 0.8 else random.getrandbits(bits)
    return struct.pack(code, number % 2**bits)


def damaged(random: Random, data: bytes) -> bytes:
    """Damaged in one to three ways, near the beginning half the time."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        last = min(len(data), 64) if random.random() < 0.5 else len(data)
        start = random.randint(0, last)
        end = min(len(data), start + random.choice((1, 2, 4, 16, 64, len(data))))
        before, run, after = data[:start], data[start:end], data[end:]
        match random.randrange(8):
            case 0 if run:  # flip a bit
                data = before + bytes([run[0] ^ 1 << random.randrange(8)]) + run[1:] + after
            case 1:  # overwrite a run
                fillings = (bytes(len(run)), b"\xff" * len(run), random.randbytes(len(run)))
                data = before + random.choice(fillings) + after
            case 2 | 3:  # overwrite a number
                number = any_number(random, random.choice(("B", "<H", ">H", "<I", ">I")))
                data = before + number + data[start + len(number) :]
            case 4:  # truncate
                data = data[: random.randint(0, len(data))]
            case 5:  # remove a run
                data = before + after
            case 6:  # repeat a run
                data = before + run * random.choice((2, 3, 100 if len(run) < 100 else 2)) + after
            case 7:  # move a run
                data = run + before + after
    return data


def damaged_png(random: Random, data: bytes) -> bytes:
    """A PNG with damaged, renamed, lost or foreign chunks, and true checksums."""
    parts = png_chunks(data)
    at = random.randrange(len(parts))
    kind, content = parts[at]
    match random.randrange(7):
        case 0 | 1:  # sizes, depth and colour
            header = bytearray(parts[0][1])
            if random.random() < 0.5:
                place = random.choice((0, 4))
                header[place : place + 4] = any_number(random, ">I")
            else:
                header[random.randrange(8, 13)] = random.choice((0, 1, 2, 3, 4, 6, 8, 16, 255))
            parts[0] = (b"IHDR", bytes(header))
        case 2:
            parts[at] = (random.choice((kind, *CHUNKS)), damaged(random, content))
        case 3:  # intact for zlib, but no rows of pixels
            image = b"".join(content for kind, content in parts if kind == b"IDAT")
            rows = damaged(random, zlib.decompress(image))
            parts = [part for part in parts if part[0] != b"IDAT"]
            parts.insert(-1, (b"IDAT", zlib.compress(rows)))
        case 4:
            del parts[at]
        case 5:
            random.shuffle(parts)
        case 6:
            packed = zlib.compress(bytes(random.choice((10, 2_000_000))))
            foreign = random.choice((content, random.randbytes(13), packed, b"a\0\0" + packed))
            parts.insert(random.randrange(1, len(parts)), (random.choice(CHUNKS), foreign))
    return png(parts)


def png_chunks(data: bytes) -> list[Chunk]:
    """The chunks of an intact PNG."""
    start, found = len(PNG_SIGNATURE), []
    while start < len(data):
        length, kind = struct.unpack_from(">I4s", data, start)
        found.append((kind, data[start + 8 : start + 8 + length]))
        start += 12 + length
    return found


def png(parts: Sequence[Chunk]) -> bytes:
    """A PNG of these chunks, with true lengths and checksums."""
    return PNG_SIGNATURE + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )
