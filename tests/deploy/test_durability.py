"""Processes that are killed under load, of the service and of the database: nothing is lost that
was acknowledged."""

import signal
from collections.abc import Iterator
from functools import partial
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
from tests.deploy.load import Load
from tests.drawings import SEVEN, draw, encode

VISITORS = 8
AWAY = "urn:digit-ladder:problem:database-away"
PNG_TYPE = {"Content-Type": "image/png"}
# so large that the queue of a process fills within seconds
LARGE_PNG = encode(draw(SEVEN), compress_level=0)


class Visitors(Load):
    """Draw and say what they drew.

    `acknowledged` has the label of every prediction whose feedback was answered with 200.
    """

    def __init__(self, url: str) -> None:
        self.acknowledged: dict[str, str] = {}
        super().__init__(url, [partial(self._visit, LABELS[n]) for n in range(VISITORS)])

    def _visit(self, label: str, client: httpx.Client) -> Iterator[str]:
        path = "/predict/?model=single_layer&keep=drawing"
        answer = client.post(path, content=LARGE_PNG, headers=PNG_TYPE)
        yield f"predicted {answer.status_code}"
        prediction = answer.json().get("id")
        if prediction is None:
            yield "not kept"
            return
        body = {"true_label": int(label) if label.isdecimal() else label}
        feedback = client.post(f"/predictions/{prediction}/feedback", json=body)
        if feedback.status_code == 200:
            self.acknowledged[prediction] = label
            yield "acknowledged"
        else:
            yield feedback.json()["type"]


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
            visitors.wait_for(24, "acknowledged")
            assert application.end(signal.SIGKILL) == -signal.SIGKILL
            assert visitors.acknowledged.items() <= labels(durable_url).items()
            application.start()
        application.wait_until_ready()
        visitors.wait_for(8, "acknowledged")
    assert visitors.acknowledged.items() <= labels(durable_url).items()
    assert len(visitors.acknowledged) >= 56
    answered = {came for came in visitors.answers if not came.endswith("Error")}
    assert answered == {"predicted 200", "acknowledged"}
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
                visitors.wait_for(24, "acknowledged")
                assert (ready(), answers()) == ("ok", 1)
                durable_postgres.kill()
                visitors.wait_for(8, AWAY)
                wait_until(lambda: ready() == "away")
                assert answers() == 0
                # what fits into the queue may still be kept
                visitors.wait_for(10, "not kept")
                durable_postgres.start()
                wait_until(lambda: ready() == "ok")
                assert answers() == 1
                visitors.wait_for(24, "acknowledged")
            wait_until(lambda: metric("ladder_kept_queue_depth") == 0)
            lost = visitors.answers["not kept"]
            assert metric("ladder_not_kept_total", reason="queue-full") == lost
            assert metric("ladder_kept_total") == visitors.answers["predicted 200"] - lost
        assert visitors.acknowledged.items() <= labels(url).items()
    assert set(visitors.answers) == {"predicted 200", "acknowledged", "not kept", AWAY}
    assert "Traceback" not in application.log
