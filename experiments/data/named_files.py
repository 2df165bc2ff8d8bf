"""The files of a folder or a ZIP file by their names, whatever was put into it.

Nothing outside is ever opened: no link is followed, and no name leads out.
"""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, Annotated, Final, Protocol
from unicodedata import normalize

from pydantic import BeforeValidator

from experiments.errors import DataError
from ml_engine_and_backend.model_folder.record import Record

CLASSES_FILE: Final = "classes.txt"
# as the service's largest upload
MAX_FILE_BYTES: Final = 12 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 4 * 1024**3
# files that are named for one reason
MOST_NAMED: Final = 20
# what operating systems leave beside people's files
_HIDDEN: Final = frozenset(("__macosx", "thumbs.db", "desktop.ini"))
# what a damaged or hostile ZIP file leads the standard library to
_ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    NotImplementedError,  # packed in another way
    OSError,
)


def printable(name: str) -> str:
    """A name to show and store: what is no character of a text becomes an escape.

    Control characters would steer a terminal, some marks turn the direction of writing, and bytes
    that are no UTF-8 cannot be written.
    """
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in name
    )


class LeftOut(Record):
    """A file, or a line of one, that does not count, and why."""

    name: Annotated[str, BeforeValidator(printable)]
    reason: str


def reasons(left_out: Iterable[LeftOut]) -> list[str]:
    """Why files are left out, with the names of the first ones for each reason."""
    names: dict[str, list[str]] = {}
    for each in left_out:
        names.setdefault(each.reason, []).append(each.name)
    return [
        f"{reason} ({len(all_of_it):,}): {', '.join(all_of_it[:MOST_NAMED])}"
        + (", …" if len(all_of_it) > MOST_NAMED else "")
        for reason, all_of_it in names.items()
    ]


class NamedFiles(Protocol):
    """Files by their names below the top, with / between folders, and what is left out of them."""

    names: list[str]
    left_out: list[LeftOut]
    hidden: int

    def open(self, name: str) -> IO[bytes]:
        """Open a file to read it.

        Raises DataError, which does not repeat the name, where it cannot be opened.
        """


def is_hidden(name: str) -> bool:
    """Whether a name is of a file that people do not see: .DS_Store, __MACOSX/… and the like."""
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part.lower() in _HIDDEN for part in parts)


def leads_out(name: str) -> bool:
    """Whether a name would be of a file outside: an absolute path, or one with .. in it."""
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or name[1:2] == ":"


def read_whole(files: NamedFiles, name: str) -> bytes:
    """The content of a file.

    Raises DataError where it cannot be read, or is larger than MAX_FILE_BYTES.
    """
    try:
        with files.open(name) as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except _ZIP_ERRORS as error:
        raise DataError(f"expected a readable file, got {error}") from error
    if len(content) > MAX_FILE_BYTES:
        raise DataError(f"expected at most {MAX_FILE_BYTES:,} bytes, got more")
    return content


def class_names(name: str, content: bytes) -> list[str]:
    """The names in the `classes.txt` that is called `name`: a line each, but for empty last ones.

    They are in NFC, as all names of classes.

    Raises DataError where it is no UTF-8, or where another line is empty.
    """
    try:
        text = normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(f"{name}: expected UTF-8 text ({error})") from error
    lines = [line.strip() for line in text.rstrip().split("\n")] if text.strip() else []
    if "" in lines:
        raise DataError(
            f"{name}, line {lines.index('') + 1}: expected a name, any for a number that does not "
            "occur, got an empty line"
        )
    return lines


class FolderFiles:
    """The files below a folder; `walk` finds them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.names: list[str] = []
        self.left_out: list[LeftOut] = []
        self.hidden = 0

    def walk(self) -> "FolderFiles":
        """Find all files, in the order of their names; returns itself."""
        for place, folders, files in os.walk(self._folder, onerror=self._skip):
            folders.sort()
            for name in sorted(folders + files):
                path = Path(place, name)
                inside = path.relative_to(self._folder).as_posix()
                mode = path.lstat().st_mode
                if is_hidden(inside):
                    self.hidden += not stat.S_ISDIR(mode)
                elif stat.S_ISLNK(mode):
                    self._leave(inside, "expected a file, got a link")
                elif stat.S_ISREG(mode):
                    self.names.append(inside)
                elif not stat.S_ISDIR(mode):
                    self._leave(inside, "expected a file, got something else")
        self.names.sort()
        return self

    def open(self, name: str) -> IO[bytes]:
        """As NamedFiles says."""
        if leads_out(name):
            raise DataError("expected a file in the folder, got a path that leads out of it")
        path = self._folder / name
        if path.resolve() != path:
            raise DataError("expected a file in the folder, got a link or another way to it")
        if not path.is_file():
            raise DataError("expected a file, found none")
        try:
            return path.open("rb")
        except OSError as error:
            raise DataError(f"expected a readable file, got {error.strerror}") from error

    def _leave(self, name: str, reason: str) -> None:
        self.left_out.append(LeftOut(name=name, reason=reason))

    def _skip(self, error: OSError) -> None:
        place = Path(error.filename).relative_to(self._folder).as_posix()
        self._leave(place, f"expected a readable folder, got {error.strerror}")


class ZipFiles:
    """The files of a ZIP file; nothing is unpacked onto the disk."""

    def __init__(self, path: Path) -> None:
        """Read the archive's directory.

        Raises DataError where it is no ZIP file, or would be larger than MAX_UNPACKED_BYTES.
        """
        self.names: list[str] = []
        self.left_out: list[LeftOut] = []
        self.hidden = 0
        self._entries: dict[str, zipfile.ZipInfo] = {}
        try:
            self._archive = zipfile.ZipFile(path)
        except (*_ZIP_ERRORS, ValueError) as error:
            raise DataError(f"{path}: expected a ZIP file, got a damaged one ({error})") from error
        # Python reads no more of an entry than its size here says.
        unpacked = sum(entry.file_size for entry in self._archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            self._archive.close()
            raise DataError(
                f"{path}: expected at most {MAX_UNPACKED_BYTES:,} bytes unpacked, got {unpacked:,}"
            )
        for entry in self._archive.infolist():
            if not entry.is_dir():
                self._add(entry)
        self.names = sorted(self._entries)

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def open(self, name: str) -> IO[bytes]:
        """As NamedFiles says."""
        entry = self._entries.get(PurePosixPath(name).as_posix())
        if entry is None:
            raise DataError("expected a file in the ZIP file, found none")
        try:
            return self._archive.open(entry)
        except _ZIP_ERRORS as error:
            raise DataError(f"expected a readable file, got {error}") from error

    def _add(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename.replace("\\", "/")
        if is_hidden(name) and not leads_out(name):
            self.hidden += 1
        elif leads_out(name):
            self._leave(name, "expected a name inside the ZIP file, got one that leads out of it")
        elif stat.S_ISLNK(entry.external_attr >> 16):
            self._leave(name, "expected a file, got a link")
        elif entry.flag_bits & 1:
            self._leave(name, "expected a file without a password, got an encrypted one")
        elif name in self._entries:
            self._leave(name, "expected each name once, got it again; the first one counts")
        else:
            self._entries[PurePosixPath(name).as_posix()] = entry

    def _leave(self, name: str, reason: str) -> None:
        self.left_out.append(LeftOut(name=name, reason=reason))
