import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from ml_engine_and_backend.engine.catalogue import find_folders, read_folder
from ml_engine_and_backend.engine.errors import BrokenModelError
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


def test_folders_come_in_ladder_order_with_their_versions_upwards(tmp_path: Path) -> None:
    for name, version, order in [("b", 10, 20), ("b", 9, 20), ("a", 1, 30), ("c", 1, 10)]:
        write_folder(tmp_path, name, version, order=order)
    found = [(f.metadata.name, f.metadata.version) for f in find_folders(tmp_path)]
    assert found == [("c", 1), ("b", 9), ("b", 10), ("a", 1)]


def test_what_is_no_version_is_passed_over(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "fake" / ".2-being-written").mkdir()
    (tmp_path / "fake" / "notes").mkdir()
    (tmp_path / "README.md").write_text("a table")
    assert len(find_folders(tmp_path)) == 1
    assert find_folders(tmp_path / "absent") == []


def test_a_folder_keeps_what_training_wrote_beside_what_serving_needs(tmp_path: Path) -> None:
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
        ("metadata.json", "{", "Expecting property name"),
        ("metadata.json", "[]", "valid dictionary"),
        ("metadata.json", {"temperature": 0}, "temperature: Input should be greater than 0"),
        ("metadata.json", {"activation": "relu"}, "activation: Input should be"),
        ("metadata.json", {"name": "other"}, "expected fake/1, got other/1"),
        ("metadata.json", {"version": 2}, "expected fake/1, got fake/2"),
        ("metadata.json", {"files": {}}, "expected a record of model.tflite"),
        ("report.json", None, "No such file"),
        ("report.json", {"accuracy": 92}, "accuracy: Input should be less than or equal to 1"),
    ],
)
def test_a_broken_folder_is_left_out_with_its_reason(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    file: str,
    content: str | dict[str, object] | None,
    reason: str,
) -> None:
    write_folder(tmp_path, "sound")
    path = write_folder(tmp_path) / file
    if content is None:
        path.unlink()
    elif isinstance(content, str):
        path.write_text(content)
    else:
        edit(path, **content)
    with pytest.raises(BrokenModelError, match=reason):
        read_folder(path.parent)
    with caplog.at_level(logging.WARNING):
        assert [f.metadata.name for f in find_folders(tmp_path)] == ["sound"]
    assert reason in caplog.text


def test_a_network_other_than_the_recorded_one_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "model.tflite").write_bytes(NETWORK[:-1])
    with pytest.raises(BrokenModelError, match="expected SHA-256"):
        read_folder(folder).read_network()
