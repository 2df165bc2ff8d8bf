"""Our own load generator."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from benchmarks.client import Client, Tally
from tests.benchmarks.small_server import SmallServer


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with SmallServer() as server:
        yield server


@pytest.fixture
def client(server: SmallServer) -> Client:
    return Client(server.url, b"picture", "image/png")


def test_answers_after_the_end_are_no_part_of_the_rate() -> None:
    tally = Tally(sent=3)
    tally.count(200, 0.010)
    tally.count(200, 0.020)
    tally.is_over = True
    tally.count(200, 0.030)
    answers = tally.report(seconds=2)["answers"]["200"]
    assert answers == {
        "count": 3,
        "per_s": 1.0,
        "median_ms": pytest.approx(20),
        "p99_ms": pytest.approx(30),
        "max_ms": pytest.approx(30),
    }


@pytest.mark.parametrize("closes", [False, True])
def test_a_closed_loop_stops_after_its_requests(
    closes: bool, server: SmallServer, client: Client
) -> None:
    server.closes = closes
    asyncio.run(client.closed(3, seconds=20, requests=25))
    assert client.tally.sent == server.answered == 25
    assert client.tally.report(1)["answers"]["200"]["count"] == 25
    assert client.tally.lost == 0
    assert server.bodies == {b"picture"}


def test_a_closed_loop_stops_after_its_time(client: Client) -> None:
    taken = asyncio.run(client.closed(2, seconds=0.3, requests=None))
    assert 0.3 <= taken < 10  # a busy machine is late, never early
    assert client.tally.answered == client.tally.sent > 2


def test_an_open_loop_sends_at_its_rate_whatever_is_answered(
    server: SmallServer, client: Client
) -> None:
    server.status = 503
    asyncio.run(client.open(20, seconds=1, rate=60))
    due = client.tally.sent + client.tally.unsent
    assert due == 60
    assert list(client.tally.latencies_s) == [503]


def test_an_open_loop_without_a_free_connection_counts_what_it_could_not_send() -> None:
    client = Client("http://127.0.0.1:1/", b"", "image/png")  # nobody listens there
    started = time.monotonic()
    asyncio.run(client.open(1, seconds=0.3, rate=100))
    assert time.monotonic() - started < 10
    assert client.tally.sent == 0
    assert client.tally.unsent == 30
    assert client.tally.refused > 0
