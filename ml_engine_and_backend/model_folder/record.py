"""What the JSON files of a model folder have in common: how they are checked, read and written."""

import hashlib
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ml_engine_and_backend.model_folder.errors import BrokenModelError

Share = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Record(BaseModel):
    """A part of a JSON file. Its validator is built when it is first used, to start faster."""

    model_config = ConfigDict(frozen=True, defer_build=True)


Kind = TypeVar("Kind", bound=BaseModel)


class FileRecord(Record):
    """What a file of the model folder must be, to the byte."""

    sha256: Sha256
    bytes: Annotated[int, Field(gt=0)]


def describe_file(content: bytes) -> FileRecord:
    """The record of a file with this content."""
    return FileRecord(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))


def read_file(path: Path, sha256: str) -> bytes:
    """The content of a file of a model folder.

    Raises:
        BrokenModelError: the file is missing, or not the one with that SHA-256.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BrokenModelError(f"{path}: expected a readable file ({error})") from error
    came = describe_file(content)
    if came.sha256 != sha256:
        raise BrokenModelError(
            f"{path}: expected SHA-256 {sha256}, got {came.sha256} ({came.bytes:,} bytes)"
        )
    return content


def read_record(path: Path, kind: type[Kind]) -> Kind:
    """The JSON file at `path` as a `kind`.

    Raises:
        BrokenModelError: no such file, not JSON, or not a `kind`.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, not JSON, not the record
        reason = _first(error) if isinstance(error, ValidationError) else str(error)
        raise BrokenModelError(f"{path}: expected a valid record ({reason})") from error


def write_record(path: Path, record: BaseModel) -> None:
    """Write `record` as JSON, indented for people and diffs; defaults are left out."""
    path.write_text(record.model_dump_json(indent=2, exclude_defaults=True) + "\n", "utf-8")


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the whole"
    came = first["input"]
    # of a whole object that lacks a field, the message says enough
    told = "" if isinstance(came, dict | list | bytes) else f", got {str(came)[:80]!r}"
    return f"{where}: {first['msg']}{told}"
