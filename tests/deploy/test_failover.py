"""Two real application processes behind the real nginx, one of which is stopped under load."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.database.postgres import Postgres
from tests.deploy.application import Pair, pair
from tests.deploy.nginx import Proxy, running
from tests.drawings import SEVEN, draw, encode

CLIENTS = 4
PNG = encode(draw(SEVEN))
PNG_TYPE = {"Content-Type": "image/png"}


class Load:
    """Clients that ask in a loop; counts what they got."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]
        self.answers: Counter[str] = Counter()

    def _ask(self) -> None:
        with httpx.Client(timeout=30) as client:
            while not self._stopped.is_set():
                try:
                    answer = client.post(
                        f"{self._url}/predict/?model=single_layer", content=PNG, headers=PNG_TYPE
                    )
                    came = "predicted" if answer.is_success else answer.json()["type"]
                except httpx.RemoteProtocolError:
                    came = "cut off"
                except httpx.TransportError as error:
                    came = repr(error)
                self.answers[came] += 1

    def wait_for(self, more: int) -> None:
        """Wait until `more` requests have ended."""
        aim, deadline = self.answers.total() + more, time.monotonic() + 90
        while self.answers.total() < aim:
            assert time.monotonic() < deadline, self.answers
            time.sleep(0.01)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()


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
    with Load(proxy.url) as load:
        load.wait_for(50)
        assert first.end(signum) in statuses
        load.wait_for(50)
        # requests that it was working on went to the other one
        assert set(load.answers) <= {"predicted", "cut off"}, load.answers
        assert load.answers["cut off"] <= most_cut
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
