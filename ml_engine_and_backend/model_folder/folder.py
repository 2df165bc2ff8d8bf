"""`models/<name>/<version>/` on disk -> the model folders that can be served."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ml_engine_and_backend.engine.errors import BrokenModelError

NETWORK_FILE = "model.tflite"
METADATA_FILE = "metadata.json"
REPORT_FILE = "report.json"

# inode, bytes, and when the content and the inode changed, in nanoseconds
FileStamp = tuple[int, int, int, int]

Record = TypeVar("Record", bound=BaseModel)
Share = Annotated[float, Field(ge=0, le=1)]


class FileRecord(BaseModel):
    """What a file of the model folder must be, to the byte."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)]


class Member(FileRecord):
    """A model that an ensemble averages, and the network that it must be, to the byte."""

    name: str
    version: Annotated[int, Field(ge=1)]


class Metadata(BaseModel):
    """`metadata.json`: the fields that serving relies on; the training's own pass through."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    title: str
    adds: Annotated[str, Field(description="What this rung adds to the one below.")]
    order: Annotated[int, Field(description="Place in the ladder, lowest first.")]
    version: Annotated[int, Field(ge=1)]
    parameters: Annotated[int, Field(ge=0)]
    activation: Literal["sigmoid", "softmax"]
    temperature: Annotated[
        float,
        Field(gt=0, allow_inf_nan=False, description="Divides the logits before softmax."),
    ]
    unsure_threshold: Annotated[
        float, Field(ge=0, description="Confidence below which the verdict is `unsure`.")
    ]
    validation_accuracy: Share
    created_at: AwareDatetime
    files: dict[str, FileRecord]
    members: Annotated[
        list[Member], Field(description="Whose probabilities it averages; else it has a network.")
    ] = []


class _Report(BaseModel):
    accuracy: Share


@dataclass(frozen=True)
class ModelFolder:
    """A model folder whose records have been read and agree with each other."""

    path: Path
    metadata: Metadata
    accuracy: float  # on MNIST's test split, 0..1

    @property
    def size_bytes(self) -> int:
        """Size of the network that is served, or of all its members' together."""
        if self.metadata.members:
            return sum(member.bytes for member in self.metadata.members)
        return self.metadata.files[NETWORK_FILE].bytes

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
        path = self.path / NETWORK_FILE
        try:
            network = path.read_bytes()
        except OSError as error:
            raise BrokenModelError(f"{path}: expected a readable file ({error})") from error
        expected = self.metadata.files[NETWORK_FILE].sha256
        came = hashlib.sha256(network).hexdigest()
        if came != expected:
            raise BrokenModelError(f"{path}: expected SHA-256 {expected}, got {came}")
        return network


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
    metadata = _read(path / METADATA_FILE, Metadata)
    report = _read(path / REPORT_FILE, _Report)
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


def version_paths(models_dir: Path) -> list[Path]:
    """Every `<name>/<version>/` folder, sound or not, by name and then by version.

    Names that are no version number (a training still being written) and folders that we may not
    look into (a volume's `lost+found`) are passed over.

    Raises:
        OSError: `models_dir` is there but cannot be listed, for instance for want of descriptors.
    """
    paths = []
    for place in _folders_in(models_dir):
        try:
            versions = [path for path in _folders_in(place) if _is_number(path.name)]
        except PermissionError:
            continue
        paths += sorted(versions, key=lambda path: (int(path.name), path.name))
    return paths


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle, or to where we may not look
        return False


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()


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


def _read(path: Path, kind: type[Record]) -> Record:
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, not JSON, not the record
        reason: Exception = error
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            reason = ValueError(f"{where or 'the whole'}: {first['msg']}")
        raise BrokenModelError(f"{path}: expected a valid record ({reason})") from error
