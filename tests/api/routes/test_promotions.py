"""Promotions over HTTP; the gate itself is tested where it measures."""

import errno
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.database import promotions
from ml_engine_and_backend.model_folder.metadata import FeedbackCounts
from ml_engine_and_backend.model_folder.promotion import Line, PromotionReport
from ml_engine_and_backend.model_folder.served import pin
from tests.api.conftest import PNG, visitor
from tests.api.people import Headers, headers_of, memory_of
from tests.fakes import reads
from tests.tiny_networks import network_file, write_model

SHA = "0" * 64


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Three versions of `low` that read their own number; the first is served."""
    for version in (1, 2, 3):
        write_model(tmp_path / "models", "low", version, network_file(reads(version)))
        if version == 1:
            pin(tmp_path / "models", "low")
    return tmp_path / "models"


@pytest.fixture
def client(database_url: str, models: Path) -> Iterator[TestClient]:
    with visitor(database_url=database_url, models_dir=models) as client:
        yield client


@pytest.fixture
def admin(client: TestClient) -> Headers:
    return headers_of(client, "Root", "admin")


def measure(client: TestClient, version: int, champion: int = 1, *, passed: bool = True) -> None:
    report = PromotionReport(
        format=1,
        model="low",
        version=version,
        champion_version=champion,
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        hardware="none",
        test_digits=10,
        feedback=FeedbackCounts(
            train=1, train_writers=1, held_out=1, held_out_writers=1, sha256=SHA
        ),
        lines=[
            Line(name="speed", title="Latency", verdict="passed", text="as fast"),
            Line(
                name="mnist_test",
                title="MNIST test",
                verdict="passed" if passed else "failed",
                text="-1.2 points",
            ),
        ],
    )
    with memory_of(client).database.writing() as session:
        promotions.keep_report(session, report)


def ask(client: TestClient, who: Headers, **body: Any) -> Any:
    wanted = {"action": "promote", "model": "low", "version": 2, "reason": "slashed zeros"} | body
    return client.post(
        "/promotions",
        headers=who,
        json={name: value for name, value in wanted.items() if value is not None},
    )


def roll_back(client: TestClient, who: Headers) -> Any:
    return ask(client, who, action="rollback", version=None, reason="worse")


def listed(client: TestClient, who: Headers) -> dict[str, Any]:
    answer = client.get("/promotions", headers=who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def served(models: Path) -> int:
    version: int = json.loads((models / "low" / "served.json").read_text())["version"]
    return version


def test_promotes_what_passed_the_gate_and_rolls_back(
    client: TestClient, admin: Headers, models: Path
) -> None:
    measure(client, 2)
    answer = ask(client, admin)
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert row.pop("timestamp").endswith("Z")
    assert row == {
        "id": 1,
        "actor": "Root",
        "action": "promote",
        "model": "low",
        "version": 2,
        "from_version": 1,
        "reason": "slashed zeros",
        "data_sha256": SHA,
        "gate_report_id": 1,
    }
    assert served(models) == 2
    assert problem(ask(client, admin)) == (409, "nothing-to-promote")
    assert roll_back(client, admin).json()["version"] == 1
    assert served(models) == 1
    assert problem(roll_back(client, admin)) == (409, "nothing-before")
    actions = [row["action"] for row in listed(client, admin)["items"]]
    assert actions == ["rollback", "promote"]


def test_the_gate_refuses_and_the_refusal_is_kept(
    client: TestClient, admin: Headers, models: Path
) -> None:
    assert problem(ask(client, admin)) == (409, "gate-refuses")  # never measured
    measure(client, 2)
    measure(client, 2, passed=False)  # the newest counts
    refused = ask(client, admin)
    assert problem(refused) == (409, "gate-refuses")
    assert "MNIST test: -1.2 points" in refused.json()["detail"]
    assert "Latency" not in refused.json()["detail"]
    measure(client, 3, champion=2)  # not against what is served
    assert problem(ask(client, admin, version=3)) == (409, "gate-refuses")
    assert served(models) == 1
    found = listed(client, admin)
    assert [(row["action"], row["version"]) for row in found["items"]] == [
        ("refuse", 3),
        ("refuse", 2),
        ("refuse", 2),
    ]
    assert found["test_split_asked"] == {"low": 3}


def test_shows_what_is_served_and_what_could_be(client: TestClient, admin: Headers) -> None:
    measure(client, 2)
    (model,) = listed(client, admin)["served"]
    unmeasured = model["candidates"].pop()
    (measured,) = model.pop("candidates")
    assert model == {"model": "low", "version": 1, "before": None, "versions": [1, 2, 3]}
    assert unmeasured == {"version": 3, "gate": None}
    assert (measured["version"], measured["gate"]["passed"]) == (2, True)
    assert [line["title"] for line in measured["gate"]["report"]["lines"]] == [
        "Latency",
        "MNIST test",
    ]
    assert ask(client, admin).status_code == 201
    (model,) = listed(client, admin)["served"]
    # what was before is for a rollback
    assert (model["before"], [each["version"] for each in model["candidates"]]) == (1, [3])


def test_refuses_what_makes_no_sense(client: TestClient, admin: Headers, models: Path) -> None:
    for unknown in ("resnet", "../low", "low/1", ""):
        assert problem(ask(client, admin, model=unknown)) == (404, "unknown-model")
    assert problem(ask(client, admin, version=4)) == (404, "unknown-model")
    for bad in (
        {"reason": " \n "},
        {"reason": "a\0b"},
        {"reason": "x" * 1001},
        {"version": 0},
        {"version": None},
        {"action": "rollback"},
        {"action": "refuse"},
    ):
        assert problem(ask(client, admin, **bad)) == (400, "bad-request")
    assert served(models) == 1
    assert listed(client, admin)["items"] == []


def test_nothing_changes_where_the_models_folder_cannot_be_written(
    client: TestClient, admin: Headers, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EROFS, "Read-only file system")

    measure(client, 2)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkstemp", refuse)
        answer = ask(client, admin)
    assert problem(answer) == (507, "models-not-writable")
    assert "Read-only file system" in answer.json()["detail"]
    assert served(models) == 1
    assert listed(client, admin)["items"] == []
    assert ask(client, admin).status_code == 201


def test_of_two_promotions_at_once_one_is_measured_against_what_is_no_longer_served(
    client: TestClient, admin: Headers, models: Path
) -> None:
    for version in (2, 3):
        measure(client, version)
    begin = threading.Barrier(2)
    answers: list[Any] = []

    def promote(version: int) -> None:
        begin.wait()
        answers.append(ask(client, admin, version=version))

    threads = [threading.Thread(target=promote, args=(version,)) for version in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    promoted, refused = sorted(answers, key=lambda answer: int(answer.status_code))
    assert promoted.status_code == 201
    assert problem(refused) == (409, "gate-refuses")
    assert served(models) == promoted.json()["version"]
    (row,) = [row for row in listed(client, admin)["items"] if row["action"] == "promote"]
    assert row == promoted.json()


def test_reviewers_look_and_admins_change(client: TestClient, models: Path) -> None:
    measure(client, 2)
    reviewer = headers_of(client, "Ada", "reviewer")
    assert listed(client, reviewer)["served"][0]["version"] == 1
    nobody: Headers = {}
    for who, expected in (
        (nobody, (401, "not-signed-in")),
        (headers_of(client, "Vera", "visitor"), (403, "role-needed")),
    ):
        assert problem(client.get("/promotions", headers=who)) == expected
        assert problem(ask(client, who)) == expected
    assert problem(ask(client, reviewer)) == (403, "role-needed")
    assert problem(roll_back(client, reviewer)) == (403, "role-needed")
    assert served(models) == 1


def test_the_running_service_takes_the_promoted_version(tmp_path: Path, models: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'ladder.sqlite3'}",  # type: ignore[arg-type]
        models_dir=models,
        reload_seconds=0.05,
    )
    with TestClient(create_app(settings)) as client:

        def digit() -> int:
            answer = client.post("/predict/", content=PNG, headers={"Content-Type": "image/png"})
            assert answer.status_code == 200
            found: int = answer.json()["digit"]
            return found

        assert digit() == 1
        measure(client, 2)
        assert ask(client, headers_of(client, "Root", "admin")).status_code == 201
        deadline = time.monotonic() + 10
        while digit() != 2:
            assert time.monotonic() < deadline
