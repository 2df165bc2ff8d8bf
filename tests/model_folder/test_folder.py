import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import read_folder, version_paths
from tests.fakes import fake_metadata

NETWORK = b"stands for a network"


def write_folder(
    models_dir: Path, name: str = "fake", version: int = 1, **metadata: object
) -> Path:
    """A model folder whose records are sound; its network is none."""
    record = {"sha256": hashlib.sha256(NETWORK).hexdigest(), "bytes": len(NETWORK)}
    content = fake_metadata(name, version=version, files={"model.tflite": record}, **metadata)
    folder = models_dir / name / str(version)
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text(content.model_dump_json())
    (folder / "report.json").write_text(json.dumps({"accuracy": 0.9, "name": name}))
    (folder / "model.tflite").write_bytes(NETWORK)
    return folder


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_version_paths_are_ordered_by_name_and_number(tmp_path: Path) -> None:
    for name, version in [("b", 10), ("b", 9), ("a", 1)]:
        write_folder(tmp_path, name, version)
    paths = [str(path.relative_to(tmp_path)) for path in version_paths(tmp_path)]
    assert paths == ["a/1", "b/9", "b/10"]


def test_other_entries_are_ignored(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (tmp_path / "fake" / ".2-being-written").mkdir()
    (tmp_path / "fake" / "notes").mkdir()
    (tmp_path / "fake" / "2").write_text("a file")
    (tmp_path / "fake" / "3").symlink_to("3")
    (tmp_path / "README.md").write_text("a table")
    assert version_paths(tmp_path) == [folder]
    assert version_paths(tmp_path / "absent") == []


def test_unlistable_folder_raises_instead_of_looking_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_descriptor(_: Path) -> NoReturn:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "scandir", no_descriptor)
    with pytest.raises(OSError, match="Too many open files"):
        version_paths(tmp_path)


def test_extra_metadata_fields_pass_through(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, seed=7)
    read = read_folder(folder)
    assert read.metadata.model_dump()["seed"] == 7
    assert read.accuracy == 0.9
    assert read.size_bytes == len(NETWORK)
    assert read.read_network() == NETWORK


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("metadata.json", None, "No such file"),
        ("metadata.json", "{", "Invalid JSON"),
        ("metadata.json", {"temperature": 0}, "temperature: Input should be greater than 0"),
        ("metadata.json", "[" * 10_000, "recursion limit"),
        ("metadata.json", {"activation": "relu"}, "activation: Input should be"),
        ("metadata.json", {"name": "other"}, "expected fake/1, got other/1"),
        ("metadata.json", {"files": {}}, "expected a record of model.tflite"),
        ("report.json", {"accuracy": 92}, "accuracy: Input should be less than or equal to 1"),
    ],
)
def test_broken_folder_is_refused_with_a_reason(
    tmp_path: Path, file: str, content: str | dict[str, object] | None, reason: str
) -> None:
    path = write_folder(tmp_path) / file
    if content is None:
        path.unlink()
    elif isinstance(content, str):
        path.write_text(content)
    else:
        edit(path, **content)
    with pytest.raises(BrokenModelError, match=reason):
        read_folder(path.parent)


def test_a_network_other_than_the_recorded_one_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "model.tflite").write_bytes(NETWORK[:-1])
    with pytest.raises(BrokenModelError, match="expected SHA-256"):
        read_folder(folder).read_network()
