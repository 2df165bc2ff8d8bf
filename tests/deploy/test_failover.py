"""Two real application processes behind the real nginx, one of which is stopped under load."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.database.postgres import Postgres
from tests.deploy.application import Pair, pair
from tests.deploy.load import Load
from tests.deploy.nginx import Proxy, running
from tests.drawings import SEVEN, draw, encode

CLIENTS = 4
PNG = encode(draw(SEVEN))
PNG_TYPE = {"Content-Type": "image/png"}


def predict(client: httpx.Client) -> Iterator[str]:
    answer = client.post("/predict/?model=single_layer", content=PNG, headers=PNG_TYPE)
    yield "predicted" if answer.is_success else answer.json()["type"]


@pytest.fixture
def service(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Proxy, Pair]]:
    with (
        postgres.database() as url,
        pair(tmp_path, LADDER_DATABASE_URL=url) as (first, second),
        running(tmp_path / "nginx", (first.address, second.address)) as proxy,
    ):
        yield proxy, (first, second)


@pytest.mark.parametrize(
    ("signum", "statuses", "most_cut"),
    [
        # uvicorn sends head and body of an answer one after the other: a process that is killed
        # between the two leaves nginx with half an answer, which cannot be sent again
        (signal.SIGKILL, {-signal.SIGKILL}, CLIENTS),
        (signal.SIGTERM, {0, -signal.SIGTERM}, 0),
    ],
)
def test_requests_are_answered_while_one_of_two_processes_restarts(
    service: tuple[Proxy, Pair], signum: signal.Signals, statuses: set[int], most_cut: int
) -> None:
    proxy, (first, second) = service
    with Load(proxy.url, [predict] * CLIENTS) as load:
        load.wait_for(50)
        assert first.end(signum) in statuses
        load.wait_for(50)
        # requests that it was working on went to the other one
        assert set(load.answers) <= {"predicted", "RemoteProtocolError"}, load.answers
        assert load.answers["RemoteProtocolError"] <= most_cut
        load.answers.clear()
        first.start()
        first.wait_until_ready()
        before = len(proxy.access_log)
        asked_since: set[str] = set()
        # nginx leaves a failed process alone for two seconds
        deadline = time.monotonic() + 30
        while not {first.address, second.address} <= asked_since:
            assert time.monotonic() < deadline, f"expected both to be asked, got {asked_since}"
            load.wait_for(20)
            asked_since = {entry["upstream"] for entry in proxy.access_log[before:]}
    assert set(load.answers) == {"predicted"}, load.answers
