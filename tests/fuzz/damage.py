"""Bytes -> the same bytes, damaged."""

import struct
from collections.abc import Callable
from random import Random

Damage = Callable[[Random, bytes], bytes]

# where sizes, signs and sentinels turn over, and the limits of this service beside them
TURNING_POINTS = (
    *(0, 1, 2, 3, 8, 9, 27, 28, 29, 127, 128, 255, 256, 4095, 4096, 4097, 32_767, 32_768, 65_535),
    *(65_536, 2**31 - 1, 2**31, 2**32 - 1),
)


def any_number(random: Random, code: str) -> bytes:
    """A turning point, or any number, packed by the struct code of an unsigned integer."""
    bits = 8 * struct.calcsize(code)
    number = random.choice(TURNING_POINTS) if random.random() < 0.8 else random.getrandbits(bits)
    return struct.pack(code, number % 2**bits)


def damaged(random: Random, data: bytes) -> bytes:
    """Damaged in one to three ways."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        data = random.choice(DAMAGES)(random, data)
    return data


def _run(random: Random, data: bytes) -> tuple[int, int]:
    """Where a run of bytes starts and ends: mostly short, and near the beginning half the time."""
    last = min(len(data), 64) if random.random() < 0.5 else len(data)
    start = random.randint(0, last)
    length = random.choice((1, 2, 4, 16, 64, len(data)))
    return start, min(len(data), start + random.randint(1, max(1, length)))


def _flip_bits(random: Random, data: bytes) -> bytes:
    flipped = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 64)) if data else 0):
        flipped[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(flipped)


def _overwrite(random: Random, data: bytes) -> bytes:
    start, end = _run(random, data)
    run = random.choice(
        (bytes(end - start), b"\xff" * (end - start), random.randbytes(end - start))
    )
    return data[:start] + run + data[end:]


def _overwrite_number(random: Random, data: bytes) -> bytes:
    number = any_number(random, random.choice(("B", "<H", ">H", "<I", ">I")))
    start, _ = _run(random, data)
    return data[:start] + number + data[start + len(number) :]


def _truncate(random: Random, data: bytes) -> bytes:
    return data[: random.randint(0, len(data))]


def _remove(random: Random, data: bytes) -> bytes:
    start, end = _run(random, data)
    return data[:start] + data[end:]


def _repeat(random: Random, data: bytes) -> bytes:
    start, end = _run(random, data)
    times = random.choice((1, 1, 2, 100)) if end - start < 100 else 1
    return data[:end] + data[start:end] * times + data[end:]


def _move(random: Random, data: bytes) -> bytes:
    start, end = _run(random, data)
    rest = data[:start] + data[end:]
    place = random.randint(0, len(rest))
    return rest[:place] + data[start:end] + rest[place:]


def _append(random: Random, data: bytes) -> bytes:
    return data + random.randbytes(random.choice((1, 4, 100)))


DAMAGES: tuple[Damage, ...] = (
    *(_flip_bits, _overwrite, _overwrite_number, _truncate, _remove, _repeat, _move, _append),
)
