"""The service as a process whose models change under constant requests."""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.model_reloader import ModelReloader
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.model_folder.served import SERVED_FILE, pin, promote, rollback
from tests.api.conftest import PNG
from tests.api.process import Service, running, wait_until
from tests.fakes import reads
from tests.tiny_networks import network_file, write_model

RELOAD_SECONDS = 0.1
ONE, TWO, THREE, FOUR, FIVE = (network_file(reads(digit)) for digit in range(1, 6))

Answer = tuple[int, int]  # version and digit


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Models live (reads a 1) and steady (a 5, better on validation)."""
    folder = tmp_path / "models"
    write_model(folder, "live", 1, ONE, order=10)
    write_model(folder, "steady", 1, FIVE, order=20, validation_accuracy=0.95)
    return folder


@pytest.fixture
def service(tmp_path: Path, models: Path) -> Iterator[Service]:
    """A process that serves them."""
    settings = {"LADDER_MODELS_DIR": str(models), "LADDER_RELOAD_SECONDS": str(RELOAD_SECONDS)}
    with running(tmp_path / "log", settings) as service:
        yield service


def refusals(service: Service) -> list[str]:
    return [line for line in service.lines() if "refused" in line]


@dataclass
class Caller(threading.Thread):
    """Sends requests without a pause until it is stopped, and keeps the answers."""

    url: str
    query: str
    failures: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._stopped = threading.Event()
        self.start()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        with httpx.Client(base_url=self.url, headers={"Content-Type": "image/png"}) as client:
            while not self._stopped.is_set():
                response = client.post("/predict/" + self.query, content=PNG)
                if response.status_code == 200:
                    answer = response.json()
                    self.answers.append((answer["version"], answer["digit"]))
                else:
                    self.failures.append(response.text)

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def test_no_request_fails_while_models_change(service: Service, models: Path) -> None:
    live, default = Caller(service.url, "?model=live"), Caller(service.url, "")

    def comes(answer: Answer) -> None:
        wait_until(lambda: live.answers[-1:] == [answer])

    def is_refused(reason: str) -> None:
        wait_until(lambda: any(reason in line for line in refusals(service)))

    comes((1, 1))
    write_model(models, "live", 2, TWO)
    comes((2, 2))
    write_model(models, "live", 2, THREE)  # in place
    comes((2, 3))

    (models / "live" / "2" / "model.tflite").write_bytes(THREE[:-1])
    is_refused("expected SHA-256")
    write_model(models, "live", 3, network_file([0.0] * 9))
    is_refused("(1, 9)")

    # file by file, with a poll or two after each
    source = write_model(models.with_name("source"), "live", 4, FOUR)
    (models / "live" / "4").mkdir()
    for path in sorted(source.iterdir()):
        shutil.copy(path, models / "live" / "4")
        time.sleep(2 * RELOAD_SECONDS)
    comes((4, 4))

    shutil.rmtree(models / "live" / "4")
    comes((2, 3))
    shutil.rmtree(models / "live" / "3")
    shutil.rmtree(models / "live" / "2")
    comes((1, 1))

    for caller in (live, default):
        caller.stop()
        assert caller.failures == []
    assert [answer for answer, _ in groupby(live.answers)] == [
        *((1, 1), (2, 2), (2, 3)),
        *((4, 4), (2, 3), (1, 1)),
    ]
    assert set(default.answers) == {(1, 5)}
    for reason in ("expected SHA-256", "(1, 9)"):
        assert len([line for line in refusals(service) if reason in line]) == 1


def test_no_request_fails_while_another_version_is_served(service: Service, models: Path) -> None:
    pin(models, "live")
    write_model(models, "live", 2, TWO)
    live = Caller(service.url, "?model=live")
    wait_until(lambda: live.answers[-1:] == [(1, 1)])
    promote(models, "live", 2)
    wait_until(lambda: live.answers[-1:] == [(2, 2)])
    second = Caller(service.url, "?model=live@2")
    for _ in range(2):
        rollback(models, "live")
        wait_until(lambda: live.answers[-1:] == [(1, 1)])
        promote(models, "live", 2)
        wait_until(lambda: live.answers[-1:] == [(2, 2)])
    wait_until(lambda: len(second.answers) > 0)
    (models / "live" / SERVED_FILE).write_text("{")
    wait_until(lambda: any("served.json: expected a valid record" in s for s in service.lines()))
    live.stop()
    second.stop()
    assert live.failures == second.failures == []
    assert [answer for answer, _ in groupby(live.answers)] == [
        (1, 1),
        *2 * [(2, 2), (1, 1)],
        (2, 2),
    ]


def test_ready_follows_whether_there_are_models(service: Service, models: Path) -> None:
    away = models.with_name("away")
    models.rename(away)
    wait_until(lambda: not service.is_ready())
    assert "expected at least one model to serve" in service.get("/ready").json()["detail"]
    assert service.get("/health").status_code == 200
    away.rename(models)
    wait_until(service.is_ready)
    assert service.get("/ready").json()["models"] == ["live", "steady"]


def test_zero_seconds_is_one_poll(tmp_path: Path) -> None:
    polls = []

    class Repository(ModelRepository):
        def poll(self) -> bool:
            polls.append(time.monotonic())
            return False

    reloader = ModelReloader(ModelRegistry(), Repository(tmp_path), seconds=0)
    reloader.start()
    time.sleep(0.2)
    reloader.stop()
    assert len(polls) == 1


def test_a_poll_that_fails_is_not_the_last(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registry = ModelRegistry()
    write_model(tmp_path, "live", 1, ONE)
    ended = threading.Event()

    class Repository(ModelRepository):
        polls = 0

        def poll(self) -> bool:
            self.polls += 1
            if self.polls == 1:
                raise_unforeseen()
            ended.set()
            return super().poll()

    def raise_unforeseen() -> NoReturn:
        raise KeyError("unforeseen")

    reloader = ModelReloader(registry, Repository(tmp_path), seconds=0.01)
    reloader.start()
    assert ended.wait(10)
    reloader.stop()
    assert "unforeseen" in caplog.text
    assert registry.ladder.names == ["live"]
