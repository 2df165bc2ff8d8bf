"""Model folders that are broken, at the start, as new versions and in place."""

import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.conftest import ONE, THREE, Messages, digit, polled, served
from tests.fakes import reads
from tests.tiny_networks import network_file, write_model


def cut(folder: Path) -> None:
    (folder / "model.tflite").write_bytes(ONE[:-7])


def same_size_and_date(folder: Path) -> None:
    network = folder / "model.tflite"
    stat = network.stat()
    network.write_bytes(network.read_bytes()[:-1] + b"\xff")
    os.utime(network, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def without_report(folder: Path) -> None:
    (folder / "report.json").unlink()


def half_a_record(folder: Path) -> None:
    record = folder / "metadata.json"
    record.write_bytes(record.read_bytes()[:100])


def nine_digits(folder: Path) -> None:
    write_model(folder.parents[1], folder.parent.name, int(folder.name), network_file([0.0] * 9))


def two_inputs(folder: Path) -> None:
    network = network_file(reads(1), inputs=[(1, 28, 28, 1)] * 2)
    write_model(folder.parents[1], folder.parent.name, int(folder.name), network)


def not_a_number(folder: Path) -> None:
    network = network_file([math.nan] * 10)
    write_model(folder.parents[1], folder.parent.name, int(folder.name), network)


def no_temperature(folder: Path) -> None:
    # the logits over it overflow
    write_model(folder.parents[1], folder.parent.name, int(folder.name), ONE, temperature=1e-320)


DAMAGES = [
    (cut, "expected SHA-256"),
    (same_size_and_date, "expected SHA-256"),
    (without_report, "No such file"),
    (half_a_record, "expected a valid record"),
    (nine_digits, "expected t2 as float32 (1, 10), got float32 (1, 9)"),
    (two_inputs, "expected one input and one output, got 2 and 1"),
    (not_a_number, "expected finite logits"),
    (no_temperature, "expected probabilities that sum to 1"),
]
each_damage = pytest.mark.parametrize(
    ("damage", "reason"), DAMAGES, ids=lambda value: getattr(value, "__name__", "")
)


@each_damage
def test_broken_new_version_is_refused_once_and_old_one_stays(
    models: Path, messages: Messages, damage: Callable[[Path], None], reason: str
) -> None:
    repository = polled(models)
    folder = write_model(models, "low", 2, THREE)
    damage(folder)
    repository.poll()
    assert messages() == []  # it may still be on its way
    repository.poll()
    (message,) = messages()
    assert str(folder) in message
    assert reason in message
    assert not repository.poll()
    assert messages() == []
    assert digit(repository, "low") == 1

    shutil.rmtree(folder)
    write_model(models, "low", 2, THREE)
    repository.poll()
    assert digit(repository, "low") == 3


@each_damage
def test_folder_damaged_in_place_is_logged_and_network_stays(
    models: Path, messages: Messages, damage: Callable[[Path], None], reason: str
) -> None:
    repository = polled(models)
    damage(models / "low" / "1")
    for _ in range(4):
        repository.poll()
        assert digit(repository, "low") == 1
    (message,) = messages()
    assert reason in message
    assert message.endswith("what was loaded before is served on")

    write_model(models, "low", 1, THREE)
    repository.poll()
    assert digit(repository, "low") == 3


@each_damage
def test_broken_folder_at_start_is_refused_at_once(
    models: Path, messages: Messages, damage: Callable[[Path], None], reason: str
) -> None:
    damage(models / "low" / "1")
    repository = polled(models)
    (message,) = messages()
    assert reason in message
    assert served(repository).names == ["high"]


def test_folder_being_copied_is_awaited_silently(
    models: Path, tmp_path: Path, messages: Messages
) -> None:
    repository = polled(models)
    source = write_model(tmp_path / "source", "low", 2, THREE)
    target = models / "low" / "2"
    target.mkdir()
    for name in ("metadata.json", "model.tflite", "report.json"):
        content = (source / name).read_bytes()
        with (target / name).open("wb") as file:
            for start in range(0, len(content), 1 + len(content) // 3):
                file.write(content[start : start + 1 + len(content) // 3])
                file.flush()
                assert digit(repository, "low") == 1
                repository.poll()
    repository.poll()
    assert digit(repository, "low") == 3
    assert messages() == []


def test_folder_broken_differently_is_logged_again(models: Path, messages: Messages) -> None:
    repository = polled(models)
    for damage in (cut, without_report):
        damage(models / "low" / "1")
        repository.poll()
        repository.poll()
        assert len(messages()) == 1


def test_refused_counts_broken_folders(models: Path) -> None:
    repository = polled(models)
    assert repository.refused == 0
    cut(write_model(models, "low", 2, THREE))
    repository.poll()
    assert repository.refused == 0  # it may still be on its way
    repository.poll()
    repository.poll()
    assert repository.refused == 1
    write_model(models, "low", 2, THREE)
    repository.poll()
    assert repository.refused == 0
    cut(write_model(models, "low", 3, THREE))
    for _ in range(2):
        repository.poll()
    shutil.rmtree(models / "low" / "3")
    repository.poll()
    assert repository.refused == 0
