"""Retraining over HTTP, with a command that only waits in place of a training."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ml_engine_and_backend.api import retraining
from ml_engine_and_backend.api.retraining import Retraining
from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.database.training_runs import is_running, newest
from tests.api.conftest import application, visitor
from tests.api.people import Headers, headers_of, memory_of

# says how it was called, waits for its file to appear, and ends with the status that is in it
STUB = """
import os, pathlib, sys, time
print(sys.argv[2:], os.environ["LADDER_DATABASE_URL"], os.environ["LADDER_MODELS_DIR"], flush=True)
end = pathlib.Path(sys.argv[1])
while not end.exists() or not end.read_text():
    time.sleep(0.02)
sys.exit(int(end.read_text()))
"""


@pytest.fixture
def end(tmp_path: Path) -> Path:
    """The file that ends the stub."""
    return tmp_path / "end"


@pytest.fixture
def app(database_url: str, end: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr(retraining, "is_installed", lambda: True)
    return with_stub(database_url, end)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
        kill_what_runs(client)
        wait_until(app.state.retraining.reap)


@pytest.fixture
def admin(client: TestClient) -> Headers:
    return headers_of(client, "Root", "admin")


def with_stub(database_url: str, end: Path) -> FastAPI:
    app = application(database_url=database_url)
    app.state.retraining = Retraining(
        app.state.memory.database, app.state.settings, (sys.executable, "-c", STUB, str(end))
    )
    return app


def kill_what_runs(client: TestClient) -> None:
    database = memory_of(client).database
    with database.reading() as session:
        running = [run for run in newest(session, 10) if is_running(run)]
    for run in running:
        assert run.pid is not None
        os.killpg(run.pid, signal.SIGKILL)
    wait_until(lambda: not any(is_running(run) for run in running))


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def start(client: TestClient, who: Headers, **body: Any) -> Any:
    return client.post("/retraining", headers=who, json={"models": ["low"]} | body)


def newest_run(client: TestClient, who: Headers) -> dict[str, Any]:
    answer = client.get("/retraining", headers=who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    run: dict[str, Any] = answer.json()["runs"][0]
    return run


def wait_for_status(client: TestClient, who: Headers, status: str) -> None:
    wait_until(lambda: newest_run(client, who)["status"] == status)


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_starts_a_training_and_watches_it(
    client: TestClient, admin: Headers, end: Path, database_url: str
) -> None:
    answer = start(client, admin, models=["low", "high"], epochs=3)
    assert answer.status_code == 202, answer.text
    run = answer.json()
    assert (run["models"], run["by"], run["status"]) == (["low", "high"], "Root", "running")
    assert run["ended_at"] is None
    wait_until(lambda: bool(newest_run(client, admin)["log"]))
    expected = "['low', 'high', '--from', 'feedback', '--epochs', '3'] " + database_url
    assert newest_run(client, admin)["log"].startswith(expected)
    end.write_text("0")
    wait_for_status(client, admin, "done")
    assert newest_run(client, admin)["ended_at"] is not None


def test_one_at_a_time(client: TestClient, admin: Headers, end: Path) -> None:
    assert start(client, admin).status_code == 202
    refused = start(client, admin, models=["high"])
    assert problem(refused) == (409, "retraining-runs")
    assert "Root" in refused.json()["detail"]
    end.write_text("3")
    wait_for_status(client, admin, "failed")
    assert start(client, admin, models=[]).status_code == 202
    wait_for_status(client, admin, "failed")
    runs = client.get("/retraining", headers=admin).json()["runs"]
    assert [run["models"] for run in runs] == [[], ["low"]]


def test_stops_a_training(client: TestClient, admin: Headers) -> None:
    run = start(client, admin).json()
    wait_until(lambda: bool(newest_run(client, admin)["log"]))
    assert client.delete(f"/retraining/{run['id']}", headers=admin).status_code == 204
    wait_for_status(client, admin, "stopped")
    again = client.delete(f"/retraining/{run['id']}", headers=admin)
    assert problem(again) == (409, "retraining-ended")
    unknown = client.delete("/retraining/77", headers=admin)
    assert problem(unknown) == (404, "unknown-retraining")


def test_a_killed_training_is_lost_and_holds_up_nobody(client: TestClient, admin: Headers) -> None:
    start(client, admin)
    wait_until(lambda: bool(newest_run(client, admin)["log"]))
    kill_what_runs(client)
    assert newest_run(client, admin)["status"] == "lost"
    assert start(client, admin).status_code == 202


def test_a_training_outlives_the_service(database_url: str, app: FastAPI, end: Path) -> None:
    with TestClient(app) as client:
        admin = headers_of(client, "Root", "admin")
        start(client, admin)
    restarted = with_stub(database_url, end)
    with TestClient(restarted) as client:
        assert newest_run(client, admin)["status"] == "running"
        assert problem(start(client, admin)) == (409, "retraining-runs")
        end.write_text("0")
        wait_for_status(client, admin, "done")
    # it was the first one's child, which does not wait for children any more
    wait_until(app.state.retraining.reap)


def test_refuses_what_cannot_be_trained(client: TestClient, admin: Headers) -> None:
    for unknown in ("resnet", "--help", "low@1", ""):
        assert problem(start(client, admin, models=[unknown])) == (404, "unknown-model")
    for bad in ({"epochs": 0}, {"models": "low"}, {"seed": 1}):
        assert problem(start(client, admin, **bad)) == (400, "bad-request")
    assert client.get("/retraining", headers=admin).json()["runs"] == []


def test_says_how_where_training_is_not_installed(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retraining, "find_spec", lambda name: None)
    with visitor(database_url=database_url) as client:
        admin = headers_of(client, "Root", "admin")
        answer = client.get("/retraining", headers=admin).json()
        assert answer["available"] is False
        assert "pip install -r requirements.txt" in answer["how"]
        assert "python -m experiments retrain" in answer["how"]
        assert problem(start(client, admin)) == (409, "training-not-installed")


def test_only_admins_retrain(client: TestClient) -> None:
    nobody: Headers = {}
    for who, expected in (
        (nobody, (401, "not-signed-in")),
        (headers_of(client, "Vera", "visitor"), (403, "role-needed")),
        (headers_of(client, "Ada", "reviewer"), (403, "role-needed")),
    ):
        assert problem(client.get("/retraining", headers=who)) == expected
        assert problem(start(client, who)) == expected
        assert problem(client.delete("/retraining/1", headers=who)) == expected


def test_looking_whether_training_is_installed_loads_nothing_of_it() -> None:
    code = (
        "import sys\n"
        "from ml_engine_and_backend.api import retraining\n"
        "assert retraining.is_installed()\n"
        "assert not {'tensorflow', 'keras', 'experiments'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, timeout=60)
