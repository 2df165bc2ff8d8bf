"""Which version of a model is served, as its served.json says."""

import json
from pathlib import Path

import pytest

from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.served import (
    NothingBeforeError,
    all_served,
    pin,
    promote,
    read_served,
    restore,
    rollback,
    served,
)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Versions 1, 2 and 10 of one model."""
    for version in ("1", "2", "10"):
        (tmp_path / "cnn" / version).mkdir(parents=True)
    return tmp_path


def written(models: Path) -> dict[str, int]:
    content: dict[str, int] = json.loads((models / "cnn" / "served.json").read_text())
    return content


def test_highest_version_is_served_until_another_is_pinned(models: Path) -> None:
    assert served(models, "cnn") == models / "cnn" / "10"
    assert pin(models, "cnn") == 10
    (models / "cnn" / "11").mkdir()
    assert served(models, "cnn") == models / "cnn" / "10"
    assert all_served(models) == {"cnn": models / "cnn" / "10"}
    assert pin(models, "cnn") == 10  # a second time changes nothing
    assert written(models) == {"format": 1, "version": 10}


def test_promotion_remembers_the_version_before_and_rollback_brings_it_back(models: Path) -> None:
    promote(models, "cnn", 2)
    assert written(models) == {"format": 1, "version": 2, "before": 10}
    promote(models, "cnn", 1)
    rollback(models, "cnn")
    assert served(models, "cnn").name == "2"
    with pytest.raises(NothingBeforeError, match="expected a version that was served before"):
        rollback(models, "cnn")
    assert served(models, "cnn").name == "2"


def test_restores_what_was_served(models: Path) -> None:
    former = read_served(models / "cnn")
    promote(models, "cnn", 2)
    restore(models, "cnn", former)
    assert not (models / "cnn" / "served.json").exists()

    promote(models, "cnn", 2)
    former = read_served(models / "cnn")
    promote(models, "cnn", 1)
    restore(models, "cnn", former)
    assert written(models) == {"format": 1, "version": 2, "before": 10}
    assert [path.name for path in (models / "cnn").glob(".*")] == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "Invalid JSON"),
        ("{}", "format: Field required"),
        ('{"format": 2, "version": 1}', "format: Input should be 1"),
        ('{"format": 1, "version": 0}', "version: Input should be greater than or equal to 1"),
        ('{"format": 1, "version": "latest"}', "version: Input should be a valid integer"),
        ('{"format": 1, "version": 3}', "expected a version that is there, got 3"),
    ],
)
def test_names_what_is_wrong_with_the_file(models: Path, content: str, reason: str) -> None:
    (models / "cnn" / "served.json").write_text(content)
    with pytest.raises(BrokenModelError, match=f"served.json: .*{reason}"):
        served(models, "cnn")
