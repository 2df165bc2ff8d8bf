"""What is to be read: picture files, and containers of many drawings, cut into shards.

A container is an IDX file of pictures (`….idx`, `…-ubyte`), or JSON lines of pen strokes
(`….jsonl`), each also gzipped (`….gz`). What a file holds is told by its name: opening a million
files to look would take longer than to list them.
"""

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from experiments.data.idx import read_shape
from experiments.errors import DataError

PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
IDX: Final = (".idx", "-ubyte")
IDX_LABELS: Final = "idx1-ubyte"  # beside MNIST's pictures
JSON_LINES: Final = (".jsonl",)


class Piece(NamedTuple):
    """Drawings that lie in one file, one after the other.

    `first` is the place of the first of them in a container, and `offset` where it begins in
    the unpacked bytes; of a picture file `first` is None. A container that cannot be cut is one
    piece with its `error`.
    """

    path: str
    first: int | None = None
    drawings: int = 1
    offset: int = 0
    error: str | None = None


Shard = list[Piece]


class Inputs(NamedTuple):
    """Every file that is to be read, in order; `sha256` is of all their paths and sizes."""

    paths: list[str]
    sha256: str
    ignored: int  # files in folders whose names say that they are neither pictures nor containers


def find_inputs(named: Iterable[Path]) -> Inputs:
    """The files that are `named`, and the pictures and containers in folders that are, sorted.

    A file that is named is read whatever it is called; each file is read once. IDX labels are
    passed over in folders.

    Raises:
        DataError: there is nothing at a path, IDX labels are named, or nothing is to be read.
    """
    found: set[str] = set()
    ignored = 0
    for path in named:
        if path.is_dir():
            for folder, _, names in os.walk(path.absolute()):
                wanted = [name for name in names if _is_known(name)]
                found.update(f"{folder}{os.sep}{name}" for name in wanted)
                ignored += len(names) - len(wanted)
        elif not path.exists():
            raise DataError(f"{path}: expected a file or a folder, found nothing")
        elif _bare(path.name).endswith(IDX_LABELS):
            raise DataError(f"{path}: expected drawings, got an IDX file of labels")
        else:
            found.add(str(path.absolute()))
    if not found:
        raise DataError(
            f"expected pictures ({', '.join(PICTURES)}), {', '.join(IDX + JSON_LINES)}, "
            f"found none in {ignored:,} files"
        )
    paths, digest = sorted(found), hashlib.sha256()
    for each in paths:
        digest.update(f"{each}\0{_size(each)}\n".encode(errors="surrogateescape"))
    return Inputs(paths, digest.hexdigest(), ignored)


def shards_of(paths: Sequence[str], size: int) -> list[Shard]:
    """All drawings of the files in shards of at most `size`, always the same for the same files."""
    shards: list[Shard] = []
    room = 0
    for piece in (piece for path in paths for piece in _pieces(path, size)):
        if piece.drawings > room:
            shards.append([])
            room = size
        shards[-1].append(piece)
        room -= piece.drawings
    return shards


def is_idx(path: str) -> bool:
    """Whether the name is that of an IDX file."""
    return _bare(path).endswith(IDX)


def is_json_lines(path: str) -> bool:
    """Whether the name is that of JSON lines."""
    return _bare(path).endswith(JSON_LINES)


@contextmanager
def open_container(path: str) -> Iterator[BinaryIO]:
    """The container's unpacked bytes."""
    with gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as file:
        yield cast(BinaryIO, file)


def _is_known(name: str) -> bool:
    bare = _bare(name)
    is_drawings = bare.endswith(PICTURES + IDX + JSON_LINES) and not bare.endswith(IDX_LABELS)
    return is_drawings and not name.startswith(".")


def _bare(path: str) -> str:
    return path.lower().removesuffix(".gz")


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:  # a link to nowhere: a row with its error
        return -1


def _pieces(path: str, size: int) -> Iterator[Piece]:
    if not (is_idx(path) or is_json_lines(path)):
        yield Piece(path)
        return
    try:
        # whole, before any is handed out: one that breaks off is one row
        pieces = list(_cut_idx(path, size) if is_idx(path) else _cut_lines(path, size))
    except (DataError, OSError, EOFError, zlib.error) as error:
        pieces = [Piece(path, error=str(error))]
    yield from pieces


def _cut_idx(path: str, size: int) -> Iterator[Piece]:
    with open_container(path) as file:
        count, rows, columns = read_shape(file, path, 3)
        start = file.tell()
    for first in range(0, count, size):
        yield Piece(path, first, min(size, count - first), start + first * rows * columns)


def _cut_lines(path: str, size: int) -> Iterator[Piece]:
    first = count = start = offset = 0
    with open_container(path) as file:
        for line in file:
            if count == size:
                yield Piece(path, first, count, start)
                first, count, start = first + count, 0, offset
            count += 1
            offset += len(line)
    if count:
        yield Piece(path, first, count, start)
