"""Drawings -> files, part by part: neither all drawings nor a whole file are ever in memory."""

import io
import json
import struct
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any, Final

import numpy as np

from ml_engine_and_backend.database.history import KeptDrawing
from ml_engine_and_backend.engine.plain_png import grey_png

# with its upload
Exported = tuple[KeptDrawing, bytes | None]

FIELD_SHAPE: Final = (28, 28)
IMAGES_FILE: Final = "images-idx3-ubyte"
LABELS_FILE: Final = "labels-idx1-ubyte"
LINES_FILE: Final = "drawings.jsonl"
CLASSES_FILE: Final = "classes.txt"
# what is put aside until it is written goes to the disk when it is longer
SPOOL_BYTES: Final = 4 * 1024 * 1024
_UNSIGNED_BYTE: Final = 0x08


def as_zip(drawings: Iterable[Sequence[Exported]], classes: Sequence[str]) -> Iterator[bytes]:
    """A ZIP file of `fields/` and, where they are kept, `drawings/`: a picture each.

    Its `drawings.jsonl` has a line a drawing, in their order, with everything else that is known;
    `classes.txt` names the classes that labels count from 0.
    """
    file = _Parts()
    with (
        tempfile.SpooledTemporaryFile(SPOOL_BYTES) as lines,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for some in drawings:
            for drawing, upload in some:
                name = f"{drawing.timestamp:%Y-%m-%dT%H-%M-%S}_{drawing.id}.png"
                line = _known(drawing)
                if drawing.field is not None:
                    line["field"] = f"fields/{name}"
                    _write(archive, line["field"], grey_png(_pixels(drawing.field)), drawing)
                if upload is not None:
                    line["drawing"] = f"drawings/{name}"
                    _write(archive, line["drawing"], upload, drawing)
                lines.write(json.dumps(line).encode() + b"\n")
            yield file.take()
        yield from _copy(archive, file, LINES_FILE, lines)
        _name_classes(archive, classes)
    yield file.take()


def as_idx(drawings: Iterable[Sequence[Exported]], classes: Sequence[str]) -> Iterator[bytes]:
    """A ZIP file of MNIST's two files: fields that are labelled as a class, and their labels.

    `classes.txt` names the classes that labels count from 0.

    Source of the format: LeCun, Cortes, Burges, "The MNIST database", file formats.
    """
    file = _Parts()
    labels = bytearray()
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as fields:
        for some in drawings:
            for drawing, _ in some:
                if drawing.field is not None and (drawing.true_label or "").isdecimal():
                    fields.write(drawing.field)
                    labels.append(int(drawing.true_label or ""))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            header = _idx_header(len(labels), *FIELD_SHAPE)
            yield from _copy(archive, file, IMAGES_FILE, fields, header)
            archive.writestr(LABELS_FILE, _idx_header(len(labels)) + labels)
            _name_classes(archive, classes)
    yield file.take()


def _name_classes(archive: zipfile.ZipFile, classes: Sequence[str]) -> None:
    archive.writestr(CLASSES_FILE, "".join(f"{name}\n" for name in classes))


class _Parts(io.RawIOBase):
    """A file that can only be written on; what was written is taken from it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def _pixels(field: bytes) -> Any:
    return np.frombuffer(field, np.uint8).reshape(FIELD_SHAPE)


def _known(drawing: KeptDrawing) -> dict[str, Any]:
    known = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(drawing).items()
        if name not in ("field", "has_image", "answers")
    }
    return known | {
        "field": None,
        "drawing": None,
        "results": [asdict(answer) for answer in drawing.answers],
    }


def _write(archive: zipfile.ZipFile, name: str, content: bytes, drawing: KeptDrawing) -> None:
    moment = drawing.timestamp
    when = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    archive.writestr(zipfile.ZipInfo(name, when), content)  # as it is: PNG is compressed


def _copy(
    archive: zipfile.ZipFile, parts: _Parts, name: str, content: IO[bytes], header: bytes = b""
) -> Iterator[bytes]:
    content.seek(0)
    with archive.open(name, "w", force_zip64=True) as entry:
        entry.write(header)
        while chunk := content.read(SPOOL_BYTES // 16):
            entry.write(chunk)
            yield parts.take()


def _idx_header(*shape: int) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, _UNSIGNED_BYTE, len(shape), *shape)
