"""503 past the places, on a real socket: in order, in time, and for next to nothing."""

import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from ml_engine_and_backend.api import timed
from ml_engine_and_backend.api.middleware.admission import REFUSAL_DELAY_S
from tests.api.scraping import Scrape
from tests.api.short_way import Held, Served, asking, connections, served
from tests.api.test_protocol import connect, read_all, read_answer, wait_until

WHOLE = asking()
IN_TWO = asking(more=b"Connection: keep-alive\r\n")  # not plain, so it is parsed
CLOSE = b"Connection: close\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nHost: test\r\n\r\n"


@pytest.fixture
def full() -> Iterator[Served]:
    """A server of one place, taken until `Held.go_on`."""
    with served(max_in_flight=1) as server:
        held = server.app.state.direct = Held(server.app)
        with closing(connect(server.port)) as busy:
            busy.sendall(WHOLE)
            held.wait_for(1)
            yield server
            held.go_on()
            assert read_answer(busy).startswith(b"HTTP/1.1 200 ")
        wait_until(lambda: server.admission.in_flight == 0)


def statuses(received: bytes) -> list[bytes]:
    return [piece[:3] for piece in received.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("request_", [WHOLE, IN_TWO], ids=["unparsed", "parsed"])
def test_a_refusal_comes_after_its_delay_and_the_connection_goes_on(
    full: Served, request_: bytes
) -> None:
    before = Scrape()
    with closing(connect(full.port)) as connection:
        for _ in range(3):
            asked = time.monotonic()
            connection.sendall(request_)
            answer = read_answer(connection)
            assert time.monotonic() - asked >= REFUSAL_DELAY_S - 0.002
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nretry-after: 1\r\n" in answer
        connection.sendall(HEALTH)
        assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
    after = Scrape()
    labels = frozenset({("method", "POST"), ("route", "unmatched"), ("status", "503")})
    assert after.since(before, "http_requests_total")[labels] == 3
    assert (
        after.since(before, "ladder_refused_total")[frozenset({("reason", "over-capacity")})] == 3
    )


@pytest.mark.parametrize("first", [WHOLE, IN_TWO], ids=["unparsed", "parsed"])
def test_what_comes_behind_a_refusal_is_not_answered_before_it(full: Served, first: bytes) -> None:
    with closing(connect(full.port)) as connection:
        connection.sendall(first + HEALTH + asking(more=CLOSE))
        assert statuses(read_all(connection)) == [b"503", b"503", b"503"]


def test_one_that_is_still_coming_when_the_one_before_is_refused_is_refused_too(
    full: Served,
) -> None:
    with closing(connect(full.port)) as connection:
        connection.sendall(WHOLE + WHOLE[:-1])
        assert read_answer(connection).startswith(b"HTTP/1.1 503 ")
        connection.sendall(WHOLE[-1:])
        assert read_answer(connection).startswith(b"HTTP/1.1 503 ")
        connection.sendall(HEALTH)
        assert read_answer(connection).startswith(b"HTTP/1.1 200 ")


# of what comes while the first is being read, an unparsed one's is read when it is answered
@pytest.mark.parametrize(
    ("first", "health"), [(WHOLE, b"503"), (IN_TWO, b"200")], ids=["unparsed", "parsed"]
)
def test_what_waits_behind_an_answer_is_refused_in_order(first: bytes, health: bytes) -> None:
    with served(max_in_flight=1) as server:
        held = server.app.state.direct = Held(server.app)
        with closing(connect(server.port)) as connection, closing(connect(server.port)) as other:
            connection.sendall(first)
            held.wait_for(1)
            # the first takes the place, and the other connection the next one
            connection.sendall(WHOLE + HEALTH)
            connection.sendall(asking(more=CLOSE))
            other.sendall(WHOLE)
            assert read_answer(other).startswith(b"HTTP/1.1 503 ")
            server.admission.limit = 0
            held.go_on()
            assert statuses(read_all(connection)) == [b"200", b"503", health, b"503"]


def test_who_does_not_read_refusals_is_left(full: Served) -> None:
    with closing(connect(full.port)) as connection:
        connection.sendall(HEALTH)
        read_answer(connection)
        wait_until(lambda: any(each.is_idle for each in connections(full)))
        (mine,) = [each for each in connections(full) if each.is_idle]
        mine.loop.call_soon_threadsafe(mine.pause_writing)
        connection.sendall(WHOLE)
        with suppress(ConnectionResetError):
            assert connection.recv(10) == b""
    wait_until(lambda: mine not in connections(full))


def test_a_server_that_stops_sends_the_refusals_that_wait(
    monkeypatch: pytest.MonkeyPatch, full: Served
) -> None:
    # nothing but the stop can be why it comes
    monkeypatch.setattr(full.admission.refusals, "_delay_s", 60)
    with closing(connect(full.port)) as connection:
        connection.sendall(WHOLE)
        wait_until(lambda: any(each._refusals for each in connections(full)))
        full.server.should_exit = True
        assert statuses(read_all(connection)) == [b"503"]


def test_a_head_that_is_refused_has_no_content(full: Served) -> None:
    with closing(connect(full.port)) as connection:
        connection.sendall(b"HEAD /models HTTP/1.1\r\nHost: test\r\n\r\n")
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65_536)
        connection.sendall(HEALTH)
        received += read_answer(connection)
    assert statuses(received) == [b"503", b"200"]
    assert b'"status": 503' not in received


def test_a_refusal_says_where_the_connection_ends(full: Served) -> None:
    with closing(connect(full.port)) as connection:
        connection.sendall(asking(more=CLOSE))
        assert b"\r\nconnection: close\r\n" in read_all(connection)


def test_who_asks_on_and_on_is_read_no_faster_than_answered() -> None:
    with served() as server, closing(connect(server.port)) as connection:
        connection.setblocking(False)
        waiting, sent, received, deadline = HEALTH * 2_000, 0, 0, time.monotonic() + 1.5
        while time.monotonic() < deadline:
            with suppress(BlockingIOError):
                sent += connection.send(waiting)
            with suppress(BlockingIOError):
                received += connection.recv(1 << 20).count(b"HTTP/1.1 200 ")
        most = max(len(each.pipeline) for each in connections(server))
        assert received > 100
        # what one piece holds, and not all that was sent
        assert most <= 2 * 256 * 1024 / len(HEALTH)


def test_who_does_not_read_loses_connection_and_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed, "READING_TIMEOUT_S", 0.3)
    monkeypatch.setattr(timed, "HEADERS_TIMEOUT_S", 0.3)
    with served(max_in_flight=1) as server, closing(connect(server.port)) as connection:
        connection.sendall(IN_TWO)
        read_answer(connection)
        (mine,) = connections(server)
        # as the transport does when more waits to be read than it should hold
        mine.loop.call_soon_threadsafe(mine.pause_writing)
        connection.sendall(IN_TWO)
        wait_until(lambda: server.admission.in_flight == 1)
        wait_until(lambda: not connections(server))
        wait_until(lambda: server.admission.in_flight == 0)


def test_who_does_not_read_the_last_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed, "READING_TIMEOUT_S", 0.3)
    monkeypatch.setattr(timed, "HEADERS_TIMEOUT_S", 0.3)
    with served() as server, closing(connect(server.port)) as connection:
        connection.sendall(HEALTH)
        read_answer(connection)
        (mine,) = connections(server)
        # more than the two systems keep between them, so that closing waits
        mine.loop.call_soon_threadsafe(mine.transport.write, bytes(64 << 20))
        mine.loop.call_soon_threadsafe(mine.transport.close)
        wait_until(lambda: not connections(server))
