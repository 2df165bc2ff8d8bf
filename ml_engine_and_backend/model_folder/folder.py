"""`models/<name>/<version>/` on disk -> the model folders that can be served."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.gate import GATE
from ml_engine_and_backend.model_folder.metadata import NETWORK_FILE, FullMetadata, Metadata
from ml_engine_and_backend.model_folder.record import read_file, read_record
from ml_engine_and_backend.model_folder.report import FullReport, Score

METADATA_FILE: Final = "metadata.json"
REPORT_FILE: Final = "report.json"
KERAS_FILE: Final = "model.keras"
CONTACT_SHEET_FILE: Final = "contact_sheet.png"

# inode, bytes, and when the content and the inode changed, in nanoseconds
FileStamp = tuple[int, int, int, int]

_VERSION = re.compile("[1-9][0-9]*")


@dataclass(frozen=True)
class ModelFolder:
    """A model folder whose records have been read and agree with each other."""

    path: Path
    metadata: Metadata
    accuracy: float  # on MNIST's test split, 0..1

    @property
    def size_bytes(self) -> int:
        """Size of the network that is served, or of all its members' together."""
        return self.metadata.size_bytes

    def member_folders(
        self, read: "Callable[[Path], ModelFolder] | None" = None
    ) -> list["ModelFolder"]:
        """The folders of an ensemble's members, in its order; they lie beside its own.

        `read` answers for a member's path; without it, `read_folder` does.

        Raises:
            BrokenModelError: a member is missing, broken or not the recorded one.
        """
        folders = []
        for member in self.metadata.members:
            called = f"{self.path}: member {member.name}@{member.version}"
            try:
                folder = (read or read_folder)(
                    self.path.parents[1] / member.name / str(member.version)
                )
            except BrokenModelError as error:
                raise BrokenModelError(f"{called}: {error}") from error
            came = folder.metadata.files.get(NETWORK_FILE)
            if came is None or came.sha256 != member.sha256:
                raise BrokenModelError(
                    f"{called}: expected a network with SHA-256 {member.sha256}, "
                    f"got {came.sha256 if came else 'an ensemble'}"
                )
            folders.append(folder)
        return folders

    def read_network(self) -> bytes:
        """The LiteRT file's bytes.

        Raises:
            BrokenModelError: the file is missing or not the one that the metadata records.
        """
        return read_file(self.path / NETWORK_FILE, self.metadata.files[NETWORK_FILE].sha256)


def file_stamp(path: Path) -> FileStamp | None:
    """Differs whenever the file does, one with the old date and size too; None without a file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def read_folder(path: Path) -> ModelFolder:
    """Read and check the records of one `<name>/<version>/` folder.

    Raises:
        BrokenModelError: a record is missing, malformed or contradicts the folder's name.
    """
    metadata = read_record(path / METADATA_FILE, Metadata)
    report = read_record(path / REPORT_FILE, Score)
    place = f"{metadata.name}/{metadata.version}"
    if (path.parent.name, path.name) != (metadata.name, str(metadata.version)):
        raise BrokenModelError(
            f"{path / METADATA_FILE}: expected {path.parent.name}/{path.name}, got {place}"
        )
    if NETWORK_FILE not in metadata.files and not metadata.members:
        raise BrokenModelError(
            f"{path / METADATA_FILE}: expected a record of {NETWORK_FILE} in 'files' or 'members', "
            f"got {sorted(metadata.files)}"
        )
    return ModelFolder(path, metadata, report.accuracy)


def read_metadata(path: Path) -> FullMetadata:
    """The `metadata.json` of a folder that training made.

    Raises:
        BrokenModelError: it is missing or malformed.
    """
    return read_record(path / METADATA_FILE, FullMetadata)


def read_report(path: Path) -> FullReport:
    """The `report.json` of a folder that training made.

    Raises:
        BrokenModelError: it is missing or malformed.
    """
    return read_record(path / REPORT_FILE, FullReport)


def version_paths(models_dir: Path) -> list[Path]:
    """Every model's `<name>/<version>/` folder, sound or not, by name and then by version.

    Names that are no version number (a training still being written) and folders that we may not
    look into (a volume's `lost+found`) are passed over.

    Raises:
        OSError: `models_dir` is there but cannot be listed, for instance for want of descriptors.
    """
    paths = []
    for place in _folders_in(models_dir):
        if place.name == GATE:
            continue
        try:
            paths += _versions_in(place)
        except PermissionError:
            continue
    return paths


def gate_paths(models_dir: Path) -> list[Path]:
    """Every version folder of the gate, valid or not, in ascending order.

    Raises:
        OSError: as `version_paths`.
    """
    return _versions_in(models_dir / GATE)


def versions(models_dir: Path, name: str) -> list[int]:
    """The versions of one model, ascending; none where there is no such model."""
    return [int(path.name) for path in _versions_in(models_dir / name)]


def latest(models_dir: Path, name: str) -> Path:
    """The folder of a model's highest version.

    Raises:
        BrokenModelError: there is none.
    """
    found = _versions_in(models_dir / name)
    if not found:
        raise BrokenModelError(
            f"{models_dir / name}: expected a trained version, found none; "
            f"`python -m experiments train {name}` makes one"
        )
    return found[-1]


def _versions_in(place: Path) -> list[Path]:
    paths = [path for path in _folders_in(place) if _VERSION.fullmatch(path.name)]
    return sorted(paths, key=lambda path: int(path.name))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle, or to where we may not look
        return False


def _folders_in(parent: Path) -> list[Path]:
    """The folders in `parent`, by name; none where it is gone.

    Not `Path.glob`, which hides every error: without a free descriptor, all models would be gone.
    """
    try:
        with os.scandir(parent) as entries:
            names = sorted(entry.name for entry in entries if _is_folder(entry))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [parent / name for name in names]
