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

import numpy as np
from numpy.typing import NDArray

from experiments.errors import DataError

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 0x08


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
    _check_header(raw, expected, origin)
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
    sides = raw[3] if len(raw) > 3 else 0
    shape = tuple(np.frombuffer(raw[4 : 4 + 4 * sides].ljust(4 * sides, b"\0"), ">u4").tolist())
    expected = IdxFile("", shape, "")
    _check_header(raw, expected, str(origin))
    if len(raw) != expected.size_bytes:
        raise DataError(f"{origin}: expected {expected.size_bytes:,} bytes, got {len(raw):,}")
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * sides).reshape(shape)


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


def _check_header(raw: bytes, expected: IdxFile, origin: str) -> None:
    magic = bytes((0, 0, _UNSIGNED_BYTE, len(expected.shape)))
    if raw[:4] != magic:
        raise DataError(
            f"{origin}: expected an IDX file that begins {magic.hex(' ')}, "
            f"got one that begins {raw[:4].hex(' ') or 'with nothing'}"
        )
    header = raw[4 : 4 + 4 * len(expected.shape)]
    if len(header) < 4 * len(expected.shape):
        raise DataError(
            f"{origin}: expected {expected.size_bytes:,} bytes uncompressed, got {len(raw):,}"
        )
    shape = tuple(int(size) for size in np.frombuffer(header, dtype=">u4"))
    if shape != expected.shape:
        raise DataError(f"{origin}: expected the shape {expected.shape}, got {shape}")


def _count_bytes(raw: bytes, expected: IdxFile) -> str:
    return "more" if len(raw) > expected.size_bytes else f"{len(raw):,}"
