"""Processes that are killed under load, of the service and of the database: nothing is lost that
was acknowledged."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import LABELS, predictions
from tests.api.process import free_port, wait_until
from tests.api.scraping import Scrape
from tests.database.postgres import Postgres, running
from tests.deploy.application import Application
from tests.drawings import SEVEN, draw, encode

VISITORS = 8
AWAY = "urn:digit-ladder:problem:database-away"
PNG_TYPE = {"Content-Type": "image/png"}
# so large that the queue of a process fills within seconds
LARGE_PNG = encode(draw(SEVEN), compress_level=0)


class Visitors:
    """Threads that draw and say what they drew; counts what they got, and remembers what was kept.

    `acknowledged` has the label of every prediction whose feedback was answered with 200.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._visit, args=(number,)) for number in range(VISITORS)
        ]
        self.answers: Counter[str] = Counter()
        self.acknowledged: dict[str, str] = {}

    def _visit(self, number: int) -> None:
        label = LABELS[number]
        with httpx.Client(base_url=self._url, timeout=30) as client:
            while not self._stopped.is_set():
                try:
                    self._draw(client, label)
                except httpx.TransportError:
                    self.answers["no answer"] += 1
                    time.sleep(0.02)

    def _draw(self, client: httpx.Client, label: str) -> None:
        path = "/predict/?model=single_layer&keep=drawing"
        answer = client.post(path, content=LARGE_PNG, headers=PNG_TYPE)
        self.answers[f"predicted {answer.status_code}"] += 1
        prediction = answer.json().get("id")
        if prediction is None:
            self.answers["not kept"] += 1
            return
        body = {"true_label": int(label) if label.isdecimal() else label}
        feedback = client.post(f"/predictions/{prediction}/feedback", json=body)
        if feedback.status_code == 200:
            self.acknowledged[prediction] = label
            self.answers["acknowledged"] += 1
        else:
            self.answers[feedback.json()["type"]] += 1

    def wait_for(self, what: str, count: int) -> None:
        """Wait until `what` was got so many times more."""
        aim = self.answers[what] + count
        wait_until(lambda: self.answers[what] >= aim, within_s=90)

    def __enter__(self) -> "Visitors":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()


def labels(url: str) -> dict[str, str]:
    """The label of every prediction that has one, as the database has it."""
    database = Database(url)
    with database.reading() as session:
        query = select(predictions.c.id, predictions.c.true_label).where(
            predictions.c.true_label.is_not(None)
        )
        found = {row.id: row.true_label for row in session.execute(query)}
    database.close()
    return found


@pytest.fixture(scope="module")
def durable_postgres(postgres_binaries: Path) -> Iterator[Postgres]:
    """A server that these tests may kill, and that writes to the disk before it acknowledges."""
    with running(postgres_binaries, durable=True) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ladder.sqlite3'}"
    else:
        server: Postgres = request.getfixturevalue("durable_postgres")
        with server.database() as url:
            yield url


def test_killed_service_loses_no_acknowledged_feedback(durable_url: str, tmp_path: Path) -> None:
    application = Application(free_port(), tmp_path / "log", LADDER_DATABASE_URL=durable_url)
    with application, Visitors(application.url) as visitors:
        for _ in range(2):
            application.wait_until_ready()
            visitors.wait_for("acknowledged", 24)
            assert application.end(signal.SIGKILL) == -signal.SIGKILL
            assert visitors.acknowledged.items() <= labels(durable_url).items()
            application.start()
        application.wait_until_ready()
        visitors.wait_for("acknowledged", 8)
    assert visitors.acknowledged.items() <= labels(durable_url).items()
    assert len(visitors.acknowledged) >= 56
    assert set(visitors.answers) <= {"predicted 200", "acknowledged", "no answer"}
    assert "Traceback" not in application.log


def test_killed_postgresql_loses_nothing_acknowledged_and_delays_no_prediction(
    durable_postgres: Postgres, tmp_path: Path
) -> None:
    with durable_postgres.database() as url:
        application = Application(free_port(), tmp_path / "log", LADDER_DATABASE_URL=url)

        def ready() -> str:
            answer = httpx.get(f"{application.url}/ready")
            assert answer.status_code == 200
            return str(answer.json()["database"])

        def metric(name: str, **labels: str) -> float:
            return Scrape(httpx.get(f"{application.url}/metrics").text).of(name, **labels)

        def answers() -> float:
            return metric("ladder_database_answers", backend="postgresql")

        with application:
            application.wait_until_ready()
            with Visitors(application.url) as visitors:
                visitors.wait_for("acknowledged", 24)
                assert (ready(), answers()) == ("ok", 1)
                durable_postgres.kill()
                visitors.wait_for(AWAY, 8)
                wait_until(lambda: ready() == "away")
                assert answers() == 0
                # what fits into the queue may still be kept
                visitors.wait_for("not kept", 10)
                durable_postgres.start()
                wait_until(lambda: ready() == "ok")
                assert answers() == 1
                visitors.wait_for("acknowledged", 24)
            wait_until(lambda: metric("ladder_kept_queue_depth") == 0)
            lost = visitors.answers["not kept"]
            assert metric("ladder_not_kept_total", reason="queue-full") == lost
            assert metric("ladder_kept_total") == visitors.answers["predicted 200"] - lost
        assert visitors.acknowledged.items() <= labels(url).items()
    assert set(visitors.answers) == {"predicted 200", "acknowledged", "not kept", AWAY}
    assert "Traceback" not in application.log
