"""The folder in which a training works until its model folder is whole.

`<models_dir>/<name>/.unfinished-<random>/` holds `folder/`, which becomes the next version, and
the checkpoint of the last whole epoch. The lock beside it is held while the training runs, so that
the next one can tell what was left behind; the system drops it when the process ends, however.
"""

import itertools
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from experiments.files import naming_file
from ml_engine_and_backend.model_folder.folder import METADATA_FILE, REPORT_FILE, versions
from ml_engine_and_backend.model_folder.record import Record, write_record

PREFIX: Final = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The unfinished files of one training."""

    path: Path

    @property
    def folder(self) -> Path:
        """The model folder while it is being written."""
        return self.path / "folder"

    @property
    def checkpoint(self) -> Path:
        """The state after the last whole epoch; absent before the first."""
        return self.path / "checkpoint.npz"

    @property
    def identity(self) -> Path:
        """Names the training: seed, settings and data."""
        return self.path / "training.json"


@contextmanager
def open_workspace(
    models_dir: Path, name: str, identity: str, *, resume: bool
) -> Iterator[Workspace]:
    """A workspace for a training of `name`; removed afterwards, unless it can be resumed.

    Workspaces that earlier trainings of `name` left behind are removed first. With `resume` they
    are kept, and one of the same `identity` is taken over, where there is one.
    """
    home = models_dir / name
    home.mkdir(parents=True, exist_ok=True)
    found = None
    for path in sorted(home.glob(f"{PREFIX}*")):
        if not path.is_dir():
            continue
        lock = _lock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:  # its training is running
            continue
        if not resume:
            _remove(path, lock)
        elif _is_resumable(Workspace(path), identity):
            found = path, lock
            break
        else:
            lock.release()
    path, lock = found or _create(home)
    workspace = Workspace(path)
    try:
        workspace.identity.write_text(identity, encoding="utf-8")
        shutil.rmtree(workspace.folder, ignore_errors=True)
        workspace.folder.mkdir()
        yield workspace
    except BaseException:
        if workspace.checkpoint.is_file():
            lock.release()
        else:
            _remove(path, lock)
        raise
    else:
        _remove(path, lock)


def publish_folder(workspace: Workspace, metadata: Record, report: Record) -> Path:
    """Give the folder the next version number and rename it into place; returns where it lies.

    If another training takes that number meanwhile, the next one is used.
    """
    home = workspace.path.parent
    taken = versions(home.parent, home.name)
    for version in itertools.count(max(taken, default=0) + 1):
        for file_name, record in ((METADATA_FILE, metadata), (REPORT_FILE, report)):
            with naming_file(workspace.folder / file_name) as path:
                write_record(path, record.model_copy(update={"version": version}))
        target = home / str(version)
        try:
            workspace.folder.rename(target)
        except OSError:
            if not target.exists():
                raise
        else:
            return target
    raise AssertionError("the numbers have run out")


def _create(home: Path) -> tuple[Path, FileLock]:
    path = home / f"{PREFIX}{secrets.token_hex(4)}"
    lock = _lock(path)
    lock.acquire()  # before the folder exists, or another training might remove it
    path.mkdir()
    return path, lock


def _lock(path: Path) -> FileLock:
    return FileLock(path.with_name(f"{path.name}.lock"))


def _remove(path: Path, lock: FileLock) -> None:
    shutil.rmtree(path, ignore_errors=True)
    lock.release()
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)
    with suppress(OSError):  # only an empty folder goes
        path.parent.rmdir()


def _is_resumable(workspace: Workspace, identity: str) -> bool:
    try:
        written = workspace.identity.read_text(encoding="utf-8")
    except OSError:
        return False
    return written == identity and workspace.checkpoint.is_file()
