"""Two real application processes behind the real nginx, one of which goes away under load."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import PNG
from tests.api.test_server import free_port
from tests.deploy.application import Application
from tests.deploy.nginx import Proxy, running

CLIENTS = 4
PNG_TYPE = {"Content-Type": "image/png"}
# a process listens before it can read, and says so in the fraction of a second between

Pair = tuple[Application, Application]


class Load:
    """Clients that ask in a loop; what each answer was is counted."""

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
                    came = "read" if answer.is_success else answer.json()["type"]
                except httpx.TransportError as error:
                    came = repr(error)
                self.answers[came] += 1

    def wait_for(self, more: int) -> None:
        """Until so many more were answered."""
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


@contextmanager
def pair(folder: Path) -> Iterator[Pair]:
    """Two application processes that are ready."""
    with (
        Application(free_port(), folder / "first.log") as first,
        Application(free_port(), folder / "second.log") as second,
    ):
        for application in (first, second):
            application.wait_until_ready()
        yield first, second


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[Proxy, Pair]]:
    with pair(tmp_path) as applications:
        first, second = applications
        with running(tmp_path / "nginx", (first.address, second.address)) as proxy:
            yield proxy, applications


@pytest.mark.parametrize(
    ("signum", "statuses"),
    [(signal.SIGKILL, {-signal.SIGKILL}), (signal.SIGTERM, {0, -signal.SIGTERM})],
)
def test_no_request_fails_when_one_of_two_goes_and_comes_back(
    service: tuple[Proxy, Pair], signum: signal.Signals, statuses: set[int]
) -> None:
    proxy, (first, second) = service
    with Load(proxy.url) as load:
        load.wait_for(50)
        assert first.end(signum) in statuses
        load.wait_for(50)
        # not even those that it had in its hands: nginx asked the other one again
        assert set(load.answers) == {"read"}, load.answers
        first.start()
        first.wait_until_ready()
        # longer than nginx leaves alone whom it could not reach
        time.sleep(2.5)
        before = len(proxy.access_log)
        load.wait_for(50)
    assert set(load.answers) == {"read"}, load.answers
    asked_since = [entry["upstream"] for entry in proxy.access_log[before:]]
    assert first.address in asked_since, "expected the one that came back to be asked again"
    assert second.address in asked_since
