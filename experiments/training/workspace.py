"""Model folders: `<models_dir>/<name>/<version>/`, complete or absent, never edited."""

import hashlib
import itertools
import json
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from experiments.errors import ArtefactError

METADATA_FORMAT: Final = 1
REPORT_FORMAT: Final = 2
KERAS_FILE: Final = "model.keras"
TFLITE_FILE: Final = "model.tflite"
METADATA_FILE: Final = "metadata.json"
REPORT_FILE: Final = "report.json"
CONTACT_SHEET_FILE: Final = "contact_sheet.png"

Json = dict[str, Any]

_VERSION = re.compile(r"[1-9][0-9]*")


def versions(models_dir: Path, name: str) -> list[int]:
    """The versions of `name`, ascending. Anything but an integer's folder is passed over."""
    folder = models_dir / name
    if not folder.is_dir():
        return []
    return sorted(
        int(entry.name)
        for entry in folder.iterdir()
        if _VERSION.fullmatch(entry.name) and entry.is_dir()
    )


def latest(models_dir: Path, name: str) -> Path:
    """The folder of the highest version. Raises ArtefactError when there is none."""
    found = versions(models_dir, name)
    if not found:
        raise ArtefactError(
            f"{models_dir / name}: expected a trained version, found none; "
            f"`python -m experiments train {name}` makes one"
        )
    return models_dir / name / str(found[-1])


@contextmanager
def staging(models_dir: Path, name: str) -> Iterator[Path]:
    """A temporary folder beside the versions of `name`, gone afterwards whatever happens."""
    # on the same file system, or the rename would be a copy
    folder = models_dir / name / f".unfinished-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # only an empty folder goes
            folder.parent.rmdir()


def publish(staged: Path, documents: Callable[[int], Mapping[str, Json]]) -> Path:
    """Give the staged folder the next version number and rename it into place.

    `documents` returns the JSON files for a version by file name; it is asked again when
    another training has taken the number meanwhile. Returns the published folder.
    """
    taken = versions(staged.parent.parent, staged.parent.name)
    for version in itertools.count(max(taken, default=0) + 1):
        for file_name, document in documents(version).items():
            write_json(staged / file_name, document)
        target = staged.parent / str(version)
        try:
            staged.rename(target)
        except OSError:
            if not target.exists():
                raise
        else:
            return target
    raise AssertionError("the numbers have run out")


def describe_file(path: Path) -> Json:
    """SHA-256 and size of a file, as metadata.json records it."""
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def check_files(folder: Path, metadata: Json) -> None:
    """Raises ArtefactError when a model file is not the one that metadata.json describes."""
    for file_name, expected in metadata["files"].items():
        path = folder / file_name
        if not path.is_file():
            raise ArtefactError(f"{path}: expected a model file, found none")
        found = describe_file(path)
        if found != expected:
            raise ArtefactError(
                f"{path}: expected {expected['bytes']:,} bytes with SHA-256 "
                f"{expected['sha256']}, got {found['bytes']:,} with {found['sha256']}"
            )


def read_metadata(folder: Path) -> Json:
    """metadata.json of a model folder. Raises ArtefactError as `read_json` does."""
    return read_json(folder / METADATA_FILE, METADATA_FORMAT)


def read_report(folder: Path) -> Json:
    """report.json of a model folder. Raises ArtefactError as `read_json` does."""
    return read_json(folder / REPORT_FILE, REPORT_FORMAT)


def read_json(path: Path, expected_format: int) -> Json:
    """The object in `path`. Raises ArtefactError when there is none, or of another format."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArtefactError(f"{path}: expected a readable file, got {error.strerror}") from error
    except ValueError as error:
        raise ArtefactError(f"{path}: expected JSON, got {error}") from error
    if not isinstance(document, dict):
        raise ArtefactError(f"{path}: expected a JSON object, got {type(document).__name__}")
    found = document.get("format")
    if found != expected_format:
        raise ArtefactError(
            f'{path}: expected "format": {expected_format}, got {json.dumps(found)}'
            + ("; a new training writes it" if found == 1 else "")
        )
    return document


def write_json(path: Path, document: Json) -> None:
    """Write `document` indented, so that people and diffs can read it."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
