"""`models/<name>/served.json`: which version of a model answers to its name alone."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from ml_engine_and_backend.model_folder.errors import BrokenModelError, LadderError
from ml_engine_and_backend.model_folder.folder import latest, version_paths
from ml_engine_and_backend.model_folder.record import Record, read_record

SERVED_FILE: Final = "served.json"


class NothingBeforeError(LadderError):
    """There is no version to go back to."""


class ServedVersion(Record):
    """`served.json`: the version that is served, and the one that a rollback brings back."""

    format: Literal[1]
    version: Annotated[int, Field(ge=1)]
    before: Annotated[int, Field(ge=1)] | None = None


def read_served(home: Path) -> ServedVersion | None:
    """The `served.json` in a model's folder `home`; None where there is none.

    Raises:
        BrokenModelError: it is malformed.
    """
    path = home / SERVED_FILE
    return read_record(path, ServedVersion) if os.path.lexists(path) else None


def served(models_dir: Path, name: str) -> Path:
    """The folder of the version that answers to `name`: the highest where none is named.

    Raises:
        BrokenModelError: there is none, or `served.json` is malformed or names another.
    """
    home = models_dir / name
    named = read_served(home)
    if named is None:
        return latest(models_dir, name)
    folder = home / str(named.version)
    if not folder.is_dir():
        raise BrokenModelError(
            f"{home / SERVED_FILE}: expected a version that is there, got {named.version}"
        )
    return folder


def all_served(models_dir: Path) -> dict[str, Path]:
    """The folder that `served` gives, of every model in `models_dir`.

    Raises:
        BrokenModelError: as `served`.
    """
    names = dict.fromkeys(path.parent.name for path in version_paths(models_dir))
    return {name: served(models_dir, name) for name in names}


def pin(models_dir: Path, name: str) -> int:
    """Name the version that is served, so that a higher one is not; which one it is.

    Raises:
        BrokenModelError: as `served`.
        OSError: the file cannot be written.
    """
    version = int(served(models_dir, name).name)
    if read_served(models_dir / name) is None:
        _write(models_dir / name, ServedVersion(format=1, version=version))
    return version


def promote(models_dir: Path, name: str, version: int) -> None:
    """Serve `version`, and remember the one before.

    Raises:
        BrokenModelError: as `served`.
        OSError: the file cannot be written.
    """
    before = int(served(models_dir, name).name)
    _write(models_dir / name, ServedVersion(format=1, version=version, before=before))


def version_before(models_dir: Path, name: str) -> int:
    """The version that `rollback` would serve.

    Raises:
        BrokenModelError: `served.json` is malformed.
        NothingBeforeError: there is none.
    """
    named = read_served(models_dir / name)
    if named is None or named.before is None:
        raise NothingBeforeError(
            f"{name}: expected a version that was served before, got none; what was rolled back "
            "can be promoted again"
        )
    return named.before


def rollback(models_dir: Path, name: str) -> None:
    """Serve the version before; there is then none before it.

    Raises:
        BrokenModelError: `served.json` is malformed.
        NothingBeforeError: there is none.
        OSError: the file cannot be written.
    """
    _write(models_dir / name, ServedVersion(format=1, version=version_before(models_dir, name)))


def restore(models_dir: Path, name: str, former: ServedVersion | None) -> None:
    """Put `served.json` back as it was; None for no such file.

    Raises:
        BrokenModelError: somebody damaged it meanwhile.
        OSError: it cannot be written.
    """
    home = models_dir / name
    if former is None:
        (home / SERVED_FILE).unlink(missing_ok=True)
    elif read_served(home) != former:
        _write(home, former)


def _write(home: Path, record: ServedVersion) -> None:
    """The whole file or the former one, whatever happens meanwhile."""
    handle, draft = tempfile.mkstemp(prefix=f".{SERVED_FILE}-", dir=home)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(record.model_dump_json(indent=2, exclude_none=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)  # the service may run as another user
        Path(draft).replace(home / SERVED_FILE)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
    with suppress(OSError):  # not every system opens folders
        folder = os.open(home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
