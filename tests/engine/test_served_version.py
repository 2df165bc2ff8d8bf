"""The version that answers to a model's name, poll by poll, as served.json says."""

import shutil
from pathlib import Path

import pytest

from ml_engine_and_backend.engine.errors import UnknownModelError
from ml_engine_and_backend.model_folder.served import SERVED_FILE, pin, promote, rollback
from tests.engine.conftest import ONE, THREE, Messages, digit, polled, served
from tests.tiny_networks import write_model

MALFORMED = {
    "no JSON": "{",
    "no version": '{"format": 1}',
    "not there": '{"format": 1, "version": 7}',
}


def test_serves_named_version_and_every_other_by_number(models: Path) -> None:
    pin(models, "low")
    write_model(models, "low", 2, THREE)
    repository = polled(models)
    assert (digit(repository, "low"), digit(repository, "low@2")) == (1, 3)
    assert served(repository).names == ["low", "high"]
    assert served(repository).versions("low") == [1, 2]
    assert {model.metadata.version for model in served(repository).models} == {1}

    promote(models, "low", 2)
    assert repository.poll()
    assert (digit(repository, "low"), digit(repository, "low@1")) == (3, 1)
    assert not repository.poll()

    rollback(models, "low")
    assert repository.poll()
    assert digit(repository, "low") == 1

    (models / "low" / SERVED_FILE).unlink()
    assert repository.poll()
    assert digit(repository, "low") == 3


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_serves_on_what_it_had_while_the_file_is_wrong(
    models: Path, messages: Messages, content: str
) -> None:
    pin(models, "low")
    write_model(models, "low", 2, THREE)
    repository = polled(models)
    (models / "low" / SERVED_FILE).write_text(content)
    assert repository.poll()
    assert digit(repository, "low") == 1
    assert repository.refused == 1
    (line,) = messages()
    assert "Served version not taken" in line
    assert "as before" in line

    write_model(models, "low", 1, THREE)  # in place
    repository.poll()
    assert digit(repository, "low") == 3
    write_model(models, "low", 1, ONE)
    repository.poll()
    assert messages() == []  # it was said

    (models / "low" / SERVED_FILE).write_text('{"format": 1, "version": 2}')
    repository.poll()
    assert (digit(repository, "low"), repository.refused) == (3, 0)


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_first_look_at_a_wrong_file_serves_no_version_that_nobody_named(
    models: Path, messages: Messages, content: str
) -> None:
    (models / "low" / SERVED_FILE).write_text(content)
    repository = polled(models)
    assert served(repository).names == ["high"]
    assert digit(repository, "low@1") == 1
    with pytest.raises(UnknownModelError):
        digit(repository, "low")
    assert "nothing is served by that name" in messages()[0]


def test_serves_on_a_version_whose_folder_is_gone_while_it_is_named(models: Path) -> None:
    pin(models, "low")
    write_model(models, "low", 2, THREE)
    repository = polled(models)
    shutil.rmtree(models / "low" / "1")
    repository.poll()
    assert (digit(repository, "low"), digit(repository, "low@1")) == (1, 1)
    assert repository.refused == 1
    shutil.rmtree(models / "low")
    repository.poll()
    assert served(repository).names == ["high"]


def test_takes_a_version_that_is_named_before_it_is_there(models: Path) -> None:
    pin(models, "low")
    repository = polled(models)
    (models / "low" / SERVED_FILE).write_text('{"format": 1, "version": 2, "before": 1}')
    repository.poll()
    write_model(models, "low", 2, THREE)
    repository.poll()
    assert (digit(repository, "low"), repository.refused) == (3, 0)
