"""Models that come, change and go, poll by poll, with real networks in real folders."""

import errno
import gc
import os
import shutil
import weakref
from pathlib import Path
from typing import NoReturn

import pytest

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.errors import NoDefaultModelError, UnknownModelError
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.engine.predictor import LiteRTNetwork
from ml_engine_and_backend.model_folder.folder import latest
from tests.engine.conftest import BLANK, ONE, THREE, TWO, Messages, digit, polled, served
from tests.engine.test_refusals import cut, half_a_record
from tests.tiny_networks import member, write_model


def ensemble_of(models: Path, *members: tuple[str, int, bytes]) -> Path:
    named = [member(*each) for each in members]
    return write_model(models, "both", 1, None, order=30, members=named)


def test_unchanged_folders_are_not_read(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = polled(models)
    ladder = repository.ladder

    def read(path: Path) -> NoReturn:
        raise AssertionError(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    assert not repository.poll()
    assert repository.ladder is ladder


def test_serves_new_version_and_keeps_older_one_by_number(models: Path) -> None:
    repository = polled(models)
    write_model(models, "low", 2, THREE)
    assert repository.poll()
    assert (digit(repository, "low"), digit(repository, "low@1")) == (3, 1)


def test_new_model_takes_its_place_in_the_ladder(models: Path) -> None:
    repository = polled(models)
    write_model(models, "middle", 1, THREE, order=15)
    repository.poll()
    assert served(repository).names == ["low", "middle", "high"]


def test_unchanged_networks_are_not_reloaded(models: Path) -> None:
    repository = polled(models)
    before = served(repository).find("high")
    write_model(models, "low", 2, THREE)
    repository.poll()
    assert served(repository).find("high") is before


def test_replaced_version_is_loaded_and_old_ladder_stays_valid(models: Path) -> None:
    repository = polled(models)
    held = served(repository)
    write_model(models, "low", 1, THREE)
    assert repository.poll()
    assert digit(repository, "low") == 3
    assert held.find("low").predict(BLANK).digit == 1


def test_new_metadata_for_the_same_network(models: Path) -> None:
    repository = polled(models)
    network = served(repository).find("low").network
    write_model(models, "low", 1, ONE, title="Another title")
    repository.poll()
    model = served(repository).find("low")
    assert model.metadata.title == "Another title"
    assert model.network is network


def test_removed_version_disappears_at_next_poll(models: Path) -> None:
    write_model(models, "low", 2, THREE)
    repository = polled(models)
    shutil.rmtree(models / "low" / "2")
    assert repository.poll()
    assert digit(repository, "low") == 1
    with pytest.raises(UnknownModelError):
        served(repository).find("low@2")


def test_without_models_ladder_is_none_with_a_reason(models: Path, messages: Messages) -> None:
    repository = polled(models)
    models.rename(models.with_name("elsewhere"))
    assert repository.poll()
    assert repository.ladder is None
    assert repository.reason == f"{models}: expected at least one model to serve, got none"
    assert messages() == [f"Not ready: {repository.reason}"]
    assert not repository.poll()
    models.with_name("elsewhere").rename(models)
    assert repository.poll()
    assert served(repository).names == ["low", "high"]


def test_starts_with_empty_folder(tmp_path: Path) -> None:
    repository = polled(tmp_path)
    assert repository.ladder is None
    assert "got none" in repository.reason
    write_model(tmp_path, "low", 1, ONE)
    repository.poll()
    assert digit(repository) == 1


def test_ensemble_follows_its_member(models: Path, messages: Messages) -> None:
    ensemble_of(models, ("low", 1, ONE), ("high", 1, TWO))
    repository = polled(models)
    assert served(repository).names == ["low", "high", "both"]
    away = models / "low" / ".away"
    (models / "low" / "1").rename(away)
    repository.poll()
    assert served(repository).names == ["high"]
    (message,) = messages()
    assert "Ensemble no longer served" in message
    assert "member low@1" in message
    assert not repository.poll()
    away.rename(models / "low" / "1")
    repository.poll()
    assert served(repository).names == ["low", "high", "both"]
    assert messages() == []


def test_ensemble_is_dropped_when_member_is_replaced(models: Path, messages: Messages) -> None:
    ensemble_of(models, ("low", 1, ONE), ("high", 1, TWO))
    repository = polled(models)
    write_model(models, "low", 1, THREE)
    repository.poll()
    assert served(repository).names == ["low", "high"]
    assert "member low@1: expected a network with SHA-256" in messages()[0]


def test_ensemble_survives_damaged_member_folder(models: Path) -> None:
    ensemble_of(models, ("low", 1, ONE), ("high", 1, TWO))
    repository = polled(models)
    cut(models / "low" / "1")
    half_a_record(models / "high" / "1")
    repository.poll()
    repository.poll()
    assert served(repository).names == ["low", "high", "both"]
    assert digit(repository, "both") in (1, 2)


def test_ensemble_waits_for_its_members(models: Path, messages: Messages) -> None:
    repository = polled(models)
    ensemble_of(models, ("late", 1, THREE))
    repository.poll()
    assert "member late@1" in messages()[0]
    write_model(models, "late", 1, THREE)
    repository.poll()
    assert digit(repository, "both") == 3


def test_broken_ensemble_does_not_replace_served_one(models: Path, messages: Messages) -> None:
    ensemble_of(models, ("low", 1, ONE))
    repository = polled(models)
    for version in (7, 8):
        ensemble_of(models, ("absent", version, THREE))
        repository.poll()
        assert digit(repository, "both") == 1
        (message,) = messages()
        assert f"member absent@{version}" in message
        assert message.endswith("what was loaded before is served on")
    ensemble_of(models, ("high", 1, TWO))
    repository.poll()
    assert digit(repository, "both") == 2
    assert messages() == []


def test_removed_default_is_not_replaced(models: Path, messages: Messages) -> None:
    repository = polled(models, default="low")
    away = models / "low" / ".away"
    (models / "low" / "1").rename(away)
    repository.poll()
    assert messages() == ["Default model missing: expected low among high"]
    assert digit(repository, "high") == 2
    with pytest.raises(NoDefaultModelError):
        served(repository).find(None)
    write_model(models, "high", 2, THREE)
    repository.poll()
    assert messages() == []  # said once
    away.rename(models / "low" / "1")
    repository.poll()
    assert digit(repository) == 1


def test_unreadable_folder_is_not_treated_as_removed(
    models: Path, messages: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = polled(models)

    def no_descriptor(_: Path) -> NoReturn:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", no_descriptor)
        repository.poll()
        assert not repository.poll()
    (message,) = messages()
    assert "Too many open files" in message
    assert served(repository).names == ["low", "high"]
    write_model(models, "low", 2, THREE)
    repository.poll()
    assert digit(repository, "low") == 3


def test_old_networks_are_freed_with_their_last_user(models: Path) -> None:
    repository = polled(models)
    old = served(repository).find("low")
    assert isinstance(old.network, LiteRTNetwork)
    freed = weakref.ref(old.network)
    write_model(models, "low", 1, THREE)
    repository.poll()
    gc.collect()
    assert freed() is not None  # a request in flight holds the rung
    del old
    gc.collect()
    assert freed() is None


def test_fifty_replacements_do_not_leak(tmp_path: Path) -> None:
    def rss_kib() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    # 1.7 MB, and as much again for the packed weights: fifty kept ones would be 170 MB
    network = (latest(REPOSITORY / "models", "cnn") / "model.tflite").read_bytes()
    repository = ModelRepository(tmp_path)

    def swap(round_: int) -> None:
        before = repository.ladder
        write_model(tmp_path, "cnn", 1, network + round_.to_bytes(4))
        repository.poll()
        assert repository.ladder is not before

    for round_ in range(10):
        swap(round_)
    before = rss_kib()
    for round_ in range(10, 60):
        swap(round_)
    assert rss_kib() - before < 20 * 1024
