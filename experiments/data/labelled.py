"""Pictures with their labels, as people have them: a folder, or a ZIP file of one.

- A folder a label: `7/anything.png`, also where all of it lies in one more folder, but for files
  such as a README.
- CSV: a column `file` (or `path`, `image`, `filename`) and a column `label` (or `true_label`,
  `class`); or Kaggle's, `label` and 784 columns of grey levels, also without a first line of names.
- JSON lines: `{"label": …}` with `"file"` (or `path`, `drawing`, `field`: a file beside it),
  `"image"` (base64 or a data: URL) or `"strokes"` ([[[x, y], …], …], y down); the service's own
  export has `drawings.jsonl`.
- IDX: MNIST's two files, the labels beside the pictures; `.gz` too, as for CSV and JSON lines.

A CSV, JSON-lines, IDX or ZIP file can be given by itself, too. Where a folder holds such files at
its top, they say what counts. A label is a class's name; or a number from 0, which the lines of
`classes.txt` beside the file name. Without them a number is no class's place: the labels of the
training may have begun at 1, or had gaps.
"""

import base64
import binascii
import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, Literal, NamedTuple, cast
from unicodedata import normalize

import numpy as np

from experiments.data import idx
from experiments.data.named_files import (
    CLASSES_FILE,
    FolderFiles,
    LeftOut,
    NamedFiles,
    ZipFiles,
    class_names,
    leads_out,
    printable,
    read_whole,
)
from experiments.data.penstrokes import parse_writing, render_centred
from experiments.errors import DataError
from ml_engine_and_backend.engine.plain_png import grey_png
from ml_engine_and_backend.engine.preprocessing import FIELD_PX

MAX_PICTURES: Final = 1_000_000
MAX_LEFT_OUT: Final = 100_000
# a picture of the largest size in base64, with room for the rest of its line
MAX_LINE_BYTES: Final = 17 * 1024 * 1024
MAX_TABLE_BYTES: Final = 4 * 1024**3
MAX_SIDE_PX: Final = 4096
PIXELS: Final = FIELD_PX**2
FILE_COLUMNS: Final = ("file", "path", "image", "filename")
LABEL_COLUMNS: Final = ("label", "true_label", "class")
# of a JSON line; the service's export has the last two, and the upload goes before the field
FILE_KEYS: Final = ("file", "path", "drawing", "field")
# in a table, 7 may be written so where lines have gaps: 7.0
_NUMBER: Final = re.compile(r"([0-9]{1,4})(\.0)?")
PICTURE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
# labels that the service knows and that are no class
NO_CLASS: Final = ("not_a_digit", "several")
Part = Literal["train", "validation", "test"]
# of a set that comes split, by its folders
PARTS: Final[dict[str, Part]] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}

_GZIP_MAGIC: Final = b"\x1f\x8b"
_DATA_URL: Final = re.compile(r"data:[^,]{0,200};base64,")
_FORMS: Final = "a folder a label, or CSV, JSON lines or IDX files, or a ZIP file of these"
_NONE_OF_THESE: Final = f"expected {_FORMS}, got a file that is none of these"
_READING_ERRORS: Final = (
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    UnicodeDecodeError,
    OSError,
)


class Labelled(NamedTuple):
    """An encoded picture, the number of its class, and what to call it: file, or file and line."""

    name: str
    label: int
    data: bytes


class _Columns(NamedTuple):
    """Where in a row of `width` columns the label and the file are.

    Without a file, the other columns are grey levels. `first` is the first line, where it has no
    names.
    """

    width: int
    label: int
    file: int | None
    first: list[str] | None


class LabelledPictures:
    """Every labelled picture that a folder or file holds, one after another.

    `left_out` and `hidden` are complete once all are read; `total` is None where only reading
    tells how many there are.
    """

    def __init__(self, files: NamedFiles, tables: list[str] | None, classes: Sequence[str]) -> None:
        """Take `files`, of which the `tables` say what counts; None: the folders do.

        `classes` are the names of what there can be.

        Raises DataError where a folder is of no class.
        """
        self.left_out = files.left_out
        self.hidden = files.hidden
        self._files = files
        self._classes = [normalize("NFC", each) for each in classes]
        # `classes.txt` beside the table that is read, and what it calls 0, 1, …
        self._names_file = ""
        self._numbered: list[str] = []
        self._top = wrapping(
            files, lambda folder: folder in NO_CLASS or self._class_of(folder) is not None
        )
        self._tables = _tables(files, self._top) if tables is None else tables
        # files that a line of a table names
        self._named: set[str] = set()
        self._in_folders = [] if self._tables else self._by_folder()
        self.total = len(self._in_folders) or None

    def __iter__(self) -> Iterator[Labelled]:
        """Read on.

        Raises DataError at a label of no class, and where a file is not what it should be.
        """
        for number, found in enumerate(self._read(), start=1):
            if number > MAX_PICTURES:
                raise DataError(f"expected at most {MAX_PICTURES:,} pictures, got more")
            yield found._replace(name=printable(found.name))

    def _read(self) -> Iterator[Labelled]:
        for name, label in self._in_folders:
            try:
                yield Labelled(name, label, read_whole(self._files, name))
            except DataError as error:
                self._leave(name, str(error))
        for name in self._tables:
            yield from self._table(name)
        if self._tables:
            for name in self._files.names:
                if name not in self._named and name.lower().endswith(PICTURE_SUFFIXES):
                    self._leave(name, f"no line of {', '.join(self._tables)} names it")

    def _by_folder(self) -> list[tuple[str, int]]:
        found = []
        homes = {name.removeprefix(self._top).partition("/")[0] for name in self._files.names}
        parts = " or ".join(sorted(home for home in homes if home.lower() in PARTS))
        for name in self._files.names:
            folder, _, rest = name.removeprefix(self._top).partition("/")
            if not rest or not name.startswith(self._top):
                is_picture = name.lower().endswith(PICTURE_SUFFIXES)
                self._leave(
                    name, "in no folder that is its label" if is_picture else _NONE_OF_THESE
                )
                continue
            label = self._class_of(folder)
            if label is not None:
                found.append((name, label))
            elif folder in NO_CLASS:
                self._leave(name, self._no_class())
            else:
                hint = f": give {parts} itself" if folder.lower() in PARTS else ""
                raise DataError(
                    f"{name}: expected a folder a label, {self._known()}, "
                    f"got the folder {folder!r}{hint}"
                )
        return found

    def _table(self, name: str) -> Iterator[Labelled]:
        kind = _kind(self._files, name)
        self._names_file = _beside(name, CLASSES_FILE)
        self._numbered = self._names()
        try:
            with self._open(name) as stream:
                if kind == "csv":
                    yield from self._csv(name, stream)
                elif kind == "lines":
                    yield from self._json_lines(name, stream)
                else:
                    yield from self._idx(name, stream)
        except _READING_ERRORS as error:
            raise DataError(f"{name}: expected a whole, readable file, got {error}") from error

    def _csv(self, name: str, stream: IO[bytes]) -> Iterator[Labelled]:
        lines = _lines(name, stream)
        first = next(lines, "")
        delimiter = next((mark for mark in (",", ";", "\t") if mark in first), ",")
        rows = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
        try:
            columns = _columns(name, next(rows, []))
            if columns.first is not None:
                yield from self._row(name, 1, columns, columns.first)
            for row in rows:
                if row:
                    yield from self._row(name, rows.line_num, columns, row)
        except csv.Error as error:
            raise DataError(f"{name}, line {rows.line_num}: expected CSV, got {error}") from error

    def _row(self, name: str, number: int, columns: _Columns, row: list[str]) -> Iterator[Labelled]:
        place = f"{name}, line {number}"
        if len(row) != columns.width:
            self._leave(place, f"expected {columns.width} columns, got {len(row)}")
            return
        if columns.file is None:
            pixels = [text for at, text in enumerate(row) if at != columns.label]
            try:
                levels = np.array(pixels, np.float64)
            except ValueError:
                levels = np.full(PIXELS, -1.0)
            if not ((levels >= 0) & (levels <= 255)).all():
                self._leave(place, f"expected {PIXELS} grey levels in 0..255, got others")
                return
            if 0 < levels.max() <= 1:
                self._leave(place, "expected grey levels up to 255, got none above 1")
                return
            field = np.rint(levels).astype(np.uint8).reshape(FIELD_PX, FIELD_PX)
            yield from self._labelled(place, row[columns.label], lambda: grey_png(field))
        else:
            file = row[columns.file].strip()
            yield from self._file(f"{file} ({place})", name, file, row[columns.label])

    def _json_lines(self, name: str, stream: IO[bytes]) -> Iterator[Labelled]:
        for number, line in enumerate(_lines(name, stream), start=1):
            if not line.strip():
                continue
            place = f"{name}, line {number}"
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                self._leave(place, f"expected a JSON object, got {error}")
                continue
            if not isinstance(record, dict):
                self._leave(place, f"expected a JSON object, got {line.strip()[:40]!r}")
                continue
            label = next((record[key] for key in LABEL_COLUMNS if key in record), None)
            yield from self._record(place, name, record, label)

    def _record(
        self, place: str, table: str, record: dict[str, Any], label: object
    ) -> Iterator[Labelled]:
        text = "" if label is None else str(label)
        files = [file for key in FILE_KEYS if isinstance(file := record.get(key), str)]
        for file in files:
            self._named.add(_beside(table, file))
        if record.get("strokes") is not None:
            yield from self._labelled(place, text, lambda: _drawn(record["strokes"]))
        elif isinstance(record.get("image"), str):
            yield from self._labelled(place, text, lambda: _decoded(record["image"]))
        elif files:
            yield from self._file(f"{files[0]} ({place})", table, files[0], text)
        else:
            self._leave(place, "expected strokes, an image or a file, got none of them")

    def _file(self, place: str, table: str, file: str, label: str) -> Iterator[Labelled]:
        name = _beside(table, file)
        self._named.add(name)
        if leads_out(file):
            self._leave(place, "expected a file beside the table, got a path that leads out of it")
            return
        yield from self._labelled(place, label, lambda: read_whole(self._files, name))

    def _labelled(self, place: str, label: str, read: Callable[[], bytes]) -> Iterator[Labelled]:
        number = self._class_of(label)
        if number is not None:
            try:
                yield Labelled(place, number, read())
            except DataError as error:
                self._leave(place, str(error))
        elif not label.strip():
            self._leave(place, "no label")
        elif label in NO_CLASS or all(self._class_of(part) is not None for part in label.split()):
            self._leave(place, self._no_class())
        else:
            raise DataError(f"{place}: expected a label, {self._refused(label)}")

    def _idx(self, name: str, stream: IO[bytes]) -> Iterator[Labelled]:
        partner = self._labels_of(name)
        with self._open(partner) as labels_stream:
            labels = _exactly(partner, labels_stream, *_idx_shape(partner, labels_stream, 1))
        n, height, width = _idx_shape(name, stream, 3)
        if n != len(labels):
            raise DataError(f"{partner}: expected {n:,} labels as {name} says, got {len(labels):,}")
        if not (0 < height <= MAX_SIDE_PX and 0 < width <= MAX_SIDE_PX):
            raise DataError(
                f"{name}: expected pictures of at most {MAX_SIDE_PX} × {MAX_SIDE_PX} px, "
                f"got {width} × {height}"
            )
        for number, label in enumerate(labels):
            levels = np.frombuffer(_exactly(name, stream, height * width), np.uint8)
            png = grey_png(levels.reshape(height, width))
            yield from self._labelled(f"{name}, number {number}", str(label), partial(_same, png))

    def _labels_of(self, name: str) -> str:
        """The labels' file of an IDX file of pictures: by its name, or the only one there is."""
        path = PurePosixPath(name)
        likely = path.name.replace("images", "labels").replace("idx3", "idx1")
        bare = likely.removesuffix(".gz")
        for candidate in (likely, bare, f"{bare}.gz"):
            beside = (path.parent / candidate).as_posix()
            if beside != name and _idx_sides(self._files, beside) == 1:
                return beside
        others = [
            other
            for other in self._files.names
            if PurePosixPath(other).parent == path.parent
            and not other.lower().endswith(PICTURE_SUFFIXES)
            and _idx_sides(self._files, other) == 1
        ]
        if len(others) == 1:
            return others[0]
        raise DataError(f"{name}: expected the labels beside it as {likely}, found none")

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        try:
            opened = self._files.open(name)
        except DataError as error:
            raise DataError(f"{name}: {error}") from error
        with opened as file, _unzipped(file) as stream:
            yield stream

    def _names(self) -> list[str]:
        try:
            content = read_whole(self._files, self._names_file)
        except DataError:
            return []
        return class_names(self._names_file, content)

    def _class_of(self, label: str) -> int | None:
        name = normalize("NFC", label.strip())
        found = _NUMBER.fullmatch(name)
        number = int(found[1]) if found else None
        if number is not None and self._numbered:
            name = self._numbered[number] if number < len(self._numbered) else ""
        if name in self._classes:
            return self._classes.index(name)
        if number is None or self._numbered or str(number) not in self._classes:
            return None
        return self._classes.index(str(number))

    def _refused(self, label: str) -> str:
        """What was expected in place of a label of no class, and what came."""
        known, got = self._known(), f"got {label[:40]!r}"
        found = _NUMBER.fullmatch(label.strip())
        if found is None:
            return f"{known}, {got}"
        if not self._numbered:
            if any(_NUMBER.fullmatch(each) for each in self._classes):
                return f"{known}, {got}"
            return f"{known}, or {CLASSES_FILE} beside it, which names the numbers; {got}"
        number = int(found[1])
        if number >= len(self._numbered):
            return f"{known}, {got}, for which {self._names_file} has no line"
        return f"{known}, {got}, which {self._names_file} calls {self._numbered[number]!r}"

    def _known(self) -> str:
        return f"one of {', '.join(self._classes)}"

    def _no_class(self) -> str:
        return f"labelled as several, or as none: expected {self._known()}"

    def _leave(self, name: str, reason: str) -> None:
        if len(self.left_out) >= MAX_LEFT_OUT:
            raise DataError(f"{name}: {reason}, as {MAX_LEFT_OUT:,} files or lines before it")
        self.left_out.append(LeftOut(name=name, reason=reason))


@contextmanager
def open_labelled(path: Path, classes: Sequence[str]) -> Iterator[LabelledPictures]:
    """The labelled pictures of a folder, or of a CSV, JSON-lines, IDX or ZIP file.

    Raises DataError where it is none of these.
    """
    if path.is_dir():
        yield LabelledPictures(FolderFiles(path).walk(), None, classes)
    elif not path.is_file():
        raise DataError(f"{path}: expected {_FORMS}, found nothing")
    elif zipfile.is_zipfile(path) or path.suffix.lower() == ".zip":
        with closing(ZipFiles(path)) as files:
            yield LabelledPictures(files, None, classes)
    else:
        path = path.resolve()
        beside = FolderFiles(path.parent)
        if _kind(beside, path.name) is None:
            raise DataError(f"{path}: {_NONE_OF_THESE}")
        yield LabelledPictures(beside, [path.name], classes)


def wrapping(files: NamedFiles, is_label: Callable[[str], bool]) -> str:
    """The folders that all of it lies in and that are no label: "digits/train/", or "".

    Files that are neither pictures nor tables, such as a README, may lie beside them.
    """
    top = ""
    while True:
        folders = {
            folder
            for name in files.names
            for folder, slash, _ in [name.removeprefix(top).partition("/")]
            if slash and name.startswith(top)
        }
        pictures = [name for name in _at(files, top) if name.lower().endswith(PICTURE_SUFFIXES)]
        if len(folders) != 1 or pictures or _tables(files, top):
            return top
        (folder,) = folders
        if is_label(folder):
            return top
        top += f"{folder}/"


def _tables(files: NamedFiles, top: str) -> list[str]:
    """The files at the top that say what counts; of IDX files those of pictures."""
    return [name for name in _at(files, top) if _kind(files, name) is not None]


def _at(files: NamedFiles, top: str) -> list[str]:
    return [
        name for name in files.names if name.startswith(top) and "/" not in name.removeprefix(top)
    ]


def _kind(files: NamedFiles, name: str) -> Literal["csv", "lines", "idx"] | None:
    bare = name.lower().removesuffix(".gz")
    if bare.endswith((".csv", ".tsv")):
        return "csv"
    if bare.endswith((".jsonl", ".ndjson")):
        return "lines"
    if not bare.endswith(PICTURE_SUFFIXES) and _idx_sides(files, name) == 3:
        return "idx"
    return None


def _idx_sides(files: NamedFiles, name: str) -> int | None:
    """How many sides the array of an IDX file has; None for other files."""
    try:
        with files.open(name) as file, _unzipped(file) as stream:
            start = stream.read(4)
    except (DataError, *_READING_ERRORS):
        return None
    return start[3] if len(start) == 4 and start.startswith(idx.UNSIGNED_BYTES) else None


def _idx_shape(name: str, stream: IO[bytes], sides: int) -> tuple[int, ...]:
    shape = idx.read_shape(stream, name, sides)
    if shape[0] > MAX_PICTURES:
        raise DataError(f"{name}: expected at most {MAX_PICTURES:,} pictures, got {shape[0]:,}")
    return shape


def _exactly(name: str, stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise DataError(
            f"{name}: expected {size:,} more bytes, got {len(content):,}: it breaks off"
        )
    return content


@contextmanager
def _unzipped(file: IO[bytes]) -> Iterator[IO[bytes]]:
    # told by content, not by name: some browsers unpack .gz files on the way
    buffered = io.BufferedReader(file)  # type: ignore[type-var]
    if buffered.peek(2)[:2] == _GZIP_MAGIC:
        with gzip.GzipFile(fileobj=buffered) as unpacked:
            yield cast("IO[bytes]", unpacked)
    else:
        yield buffered


def _lines(name: str, stream: IO[bytes]) -> Iterator[str]:
    """Lines of text; no line and no file grows without end, however small it is packed."""
    total = 0
    for number in count(1):
        line = stream.readline(MAX_LINE_BYTES + 1)
        if not line:
            return
        total += len(line)
        if len(line) > MAX_LINE_BYTES or total > MAX_TABLE_BYTES:
            raise DataError(
                f"{name}, line {number}: expected lines of at most {MAX_LINE_BYTES:,} bytes, and "
                f"{MAX_TABLE_BYTES:,} in all, got more"
            )
        # a byte order mark is no part of the first name
        yield line.decode("utf-8-sig" if number == 1 else "utf-8")


def _columns(name: str, header: list[str]) -> _Columns:
    if len(header) == PIXELS + 1 and all(text.strip().isdecimal() for text in header):
        return _Columns(len(header), 0, None, header)
    names = [text.strip().lower() for text in header]
    label = next((names.index(each) for each in LABEL_COLUMNS if each in names), None)
    file = next((names.index(each) for each in FILE_COLUMNS if each in names), None)
    if label is not None and (file is not None or len(names) == PIXELS + 1):
        return _Columns(len(names), label, file, None)
    shown = ",".join(names[:6])[:80] + (",…" if len(names) > 6 else "") or "nothing"
    raise DataError(
        f"{name}: expected the columns file,label or label,pixel0,…,pixel{PIXELS - 1}, got {shown}"
    )


def _beside(table: str, file: str) -> str:
    return (PurePosixPath(table).parent / file.replace("\\", "/")).as_posix()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(_DATA_URL.sub("", text, count=1), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError(f"expected an image in base64, got {text[:40]!r} ({error})") from error


def _drawn(strokes: object) -> bytes:
    """Strokes as the page's canvas would have them, as a PNG."""
    line = json.dumps({"label": "", "writer": 0, "strokes": strokes})
    with np.errstate(over="ignore"):  # what is no finite number is refused
        writing = parse_writing(line, "strokes")
    return grey_png(render_centred(writing))


def _same(data: bytes) -> bytes:
    return data
