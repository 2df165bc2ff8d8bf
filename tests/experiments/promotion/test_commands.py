"""`retrain`, `promote` and `rollback`, as people use them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.__main__ import main
from experiments.data.dataset import Dataset
from experiments.data.feedback import split_feedback
from experiments.training.retrain import retrain_model
from ml_engine_and_backend.database import promotions
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.reviewed import ReviewedDrawing
from ml_engine_and_backend.model_folder.folder import read_metadata
from ml_engine_and_backend.model_folder.served import served
from tests.database.drawings import kept
from tests.experiments.training.quick import few_disturbed, quiet_workshop, train_quickly
from tests.experiments.training.test_train import TOY

Ask = Callable[..., Any]


@pytest.fixture
def kept_url(tmp_path: Path, small_mnist: Dataset) -> str:
    """A database with 60 reviewed drawings by 20 writers."""
    database = Database(f"sqlite:///{tmp_path / 'ladder.sqlite3'}")
    database.migrate()
    for number in range(60):
        kept(
            database,
            field=small_mnist.test.images[number].tobytes(),
            owner=f"session:{number // 3}",
            decision=str(small_mnist.test.labels[number]),
        )
    database.close()
    return str(database.url)


@pytest.fixture
def ask(data_dir: Path, tmp_path: Path, kept_url: str, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command on a models folder and that database; its standard output as JSON, or error."""

    def run(command: str, *arguments: str, status: int = 0) -> Any:
        where = ["--models-dir", str(tmp_path / "models"), "--json"]
        if command != "rollback":
            where += ["--data-dir", str(data_dir)]
        if command != "train":
            where += ["--database-url", kept_url]
        with few_disturbed():
            assert main([command, *arguments, *where]) == status
        printed = capsys.readouterr()
        return printed.err if status else json.loads(printed.out)

    return run


def test_from_a_champion_to_a_candidate_to_a_refusal(
    ask: Ask, tmp_path: Path, kept_url: str
) -> None:
    models_dir = tmp_path / "models"
    why = ["--reason", "a try", "--by", "ada"]
    assert "found none; `python -m experiments train" in ask("retrain", "single_layer", status=1)
    ask("train", "single_layer", "--epochs", "2")
    (row,) = ask("retrain", "single_layer", "--epochs", "1")
    assert row["folder"] == str(models_dir / "single_layer" / "2")
    assert (row["version"], row["champion_version"], row["test_split_asked"]) == (2, 1, 1)
    assert not row["passed"]  # one epoch in place of two
    assert row["feedback"]["train"] + row["feedback"]["held_out"] == 60
    assert json.loads((models_dir / "single_layer" / "served.json").read_text()) == {
        "format": 1,
        "version": 1,
    }

    error = ask("promote", "single_layer", *why, status=1)
    assert error.startswith("error: the gate refuses single_layer@2 against @1: ")
    # a version that the gate never saw is judged first
    ask("train", "single_layer", "--epochs", "2", "--seed", "3")
    error = ask("promote", "single_layer", "3", *why, status=1)
    assert "the gate refuses single_layer@3 against @1" in error
    assert "expected a version that is not served, got 1" in ask(
        "promote", "single_layer", "1", *why, status=1
    )
    assert "expected a version that was served before" in ask(
        "rollback", "single_layer", *why, status=1
    )
    assert served(models_dir, "single_layer").name == "1"

    database = Database(kept_url)
    with database.reading() as session:
        assert promotions.times_asked(session) == {"single_layer": 2}
        assert [(r.action, r.version, r.actor, r.reason) for r in promotions.history(session)] == [
            ("refuse", 3, "ada", "a try"),
            ("refuse", 2, "ada", "a try"),
        ]
        report = promotions.newest_report(session, "single_layer", 3, 1)

    # had it passed:
    assert report is not None
    with database.writing() as session:
        session.merge(report).passed = True
    database.close()
    promoted = ask("promote", "single_layer", "3", *why)
    assert (promoted["action"], promoted["version"], promoted["from_version"]) == ("promote", 3, 1)
    assert served(models_dir, "single_layer").name == "3"
    assert ask("rollback", "single_layer", *why)["version"] == 1
    assert served(models_dir, "single_layer").name == "1"


def test_a_database_that_is_none_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--models-dir", str(tmp_path), "--database-url", "none"]
    assert main(["rollback", "cnn", "--reason", "a try", *where]) == 1
    assert (
        "error: expected the URL of a database, got none: nothing is kept"
        in capsys.readouterr().err
    )


def test_an_ensemble_is_retrained_with_its_members(tmp_path: Path, small_mnist: Dataset) -> None:
    toys = replace(
        TOY, name="toys", order=16, parameters=2 * 1_970, member=TOY, member_seeds=(5, 6)
    )
    settings = replace(TOY.settings, epochs=1)
    train_quickly(toys, small_mnist, tmp_path, settings=settings)
    before = read_metadata(tmp_path / "toys" / "1")
    drawings = [
        ReviewedDrawing(f"{i:032x}", None, small_mnist.test.images[i].tobytes(), 7)
        for i in range(9)
    ]
    with few_disturbed():
        folder = retrain_model(
            toys, small_mnist, split_feedback(drawings), 1, quiet_workshop(tmp_path), settings
        )
    # what is served stays, the members' own rung too
    assert served(tmp_path, "toys").name == "1"
    assert served(tmp_path, "toy").name == "2"
    assert [member.version for member in before.members] == [1, 2]
    after = read_metadata(folder)
    assert [member.version for member in after.members] == [3, 4]
    assert after.training.feedback is not None
    assert read_metadata(tmp_path / "toy" / "4").training.feedback == after.training.feedback
