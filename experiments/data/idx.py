"""The IDX format of the MNIST files (LeCun, Cortes, Burges: "The MNIST database", file formats).

A header of two zero bytes, one byte for the type, one for the number of dimensions, then each
dimension as a big-endian 32-bit integer; the values follow, last dimension fastest.
"""

import gzip
import hashlib
import io
import math
import zlib
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from experiments.errors import DataError

_GZIP_MAGIC = b"\x1f\x8b"
# the first bytes of every file of unsigned bytes
UNSIGNED_BYTES = b"\0\0\x08"


@dataclass(frozen=True, slots=True)
class IdxFile:
    """One file of unsigned bytes, known in advance.

    `shape` is what the header must say; `sha256` is of the uncompressed bytes, because mirrors
    serve the same contents under different gzip headers.
    """

    name: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def size_bytes(self) -> int:
        """Length of the uncompressed file: header and values."""
        return 4 + 4 * len(self.shape) + math.prod(self.shape)


def parse(packed: bytes, expected: IdxFile, origin: str) -> NDArray[np.uint8]:
    """Read `packed` (gzipped or plain) as `expected`; a read-only array of `expected.shape`.

    Raises DataError, naming `origin`, when the bytes are truncated, of another format or shape,
    or have another SHA-256 than `expected`.
    """
    raw = _unpack(packed, expected, origin)
    shape = read_shape(io.BytesIO(raw), origin, len(expected.shape))
    if shape != expected.shape:
        raise DataError(f"{origin}: expected the shape {expected.shape}, got {shape}")
    if len(raw) != expected.size_bytes:
        raise DataError(
            f"{origin}: expected {expected.size_bytes:,} bytes uncompressed, "
            f"got {_count_bytes(raw, expected)}"
        )
    digest = hashlib.sha256(raw).hexdigest()
    if digest != expected.sha256:
        raise DataError(f"{origin}: expected SHA-256 {expected.sha256}, got {digest}")
    values = np.frombuffer(raw, dtype=np.uint8, offset=4 + 4 * len(expected.shape))
    return values.reshape(expected.shape)


def parse_any(raw: bytes, origin: object) -> NDArray[np.uint8]:
    """Read a plain IDX file of unsigned bytes of any shape.

    Raises DataError, naming `origin`, for another format or length.
    """
    stream = io.BytesIO(raw)
    shape = read_shape(stream, origin)
    start, size = stream.tell(), math.prod(shape)
    if len(raw) != start + size:
        raise DataError(f"{origin}: expected {start + size:,} bytes, got {len(raw):,}")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def read_shape(stream: IO[bytes], origin: object, sides: int | None = None) -> tuple[int, ...]:
    """The shape in the header at the start of a plain IDX file; `stream` is then at its values.

    Raises DataError, naming `origin`, when they are no unsigned bytes, when the array has not as
    many `sides` as expected, or when the header breaks off.
    """
    magic = stream.read(4)
    wanted = UNSIGNED_BYTES if sides is None else UNSIGNED_BYTES + bytes((sides,))
    if len(magic) < 4 or not magic.startswith(wanted):
        raise DataError(
            f"{origin}: expected an IDX file that begins {wanted.hex(' ')}, "
            f"got one that begins {magic.hex(' ') or 'with nothing'}"
        )
    header = stream.read(4 * magic[3])
    if len(header) < 4 * magic[3]:
        raise DataError(
            f"{origin}: expected a header of {4 + 4 * magic[3]} bytes, got {4 + len(header)}"
        )
    return tuple(np.frombuffer(header, ">u4").tolist())


def _unpack(packed: bytes, expected: IdxFile, origin: str) -> bytes:
    # told by content, not by name: some servers unpack .gz files on the way
    if not packed.startswith(_GZIP_MAGIC):
        return packed
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            # one byte more than expected is enough to refuse; a bomb is never unpacked whole
            return stream.read(expected.size_bytes + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{origin}: expected a whole gzip file of {expected.size_bytes:,} bytes "
            f"uncompressed, got one that breaks off or is damaged ({error})"
        ) from error


def _count_bytes(raw: bytes, expected: IdxFile) -> str:
    return "more" if len(raw) > expected.size_bytes else f"{len(raw):,}"
