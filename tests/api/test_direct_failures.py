"""The short way when something goes wrong: clients that leave, rungs that break, full places."""

import json
import logging
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest

from ml_engine_and_backend.api.gathering import Gathering
from ml_engine_and_backend.api.middleware.observability import CLIENT_LEFT
from ml_engine_and_backend.engine.predictor import Ladder, Logits, Rung
from ml_engine_and_backend.engine.preprocessing import Field
from tests.api.conftest import PNG
from tests.api.scraping import Labels, Scrape
from tests.api.short_way import (
    LAST,
    PASSED_ON,
    SHORT,
    Closed,
    Held,
    Served,
    Watched,
    answers_in,
    asking,
    connections,
    served,
)
from tests.api.test_protocol import connect, read_all, read_answer, wait_until
from tests.drawings import draw, encode
from tests.fakes import fake_metadata, fake_rung, reads

CLOSE = b"Connection: close\r\n"
BLANK = encode(draw([]))


@pytest.fixture
def server() -> Iterator[Served]:
    with served(max_in_flight=2) as server:
        yield server


def counted(route: str, status: int, method: str = "POST") -> Labels:
    return frozenset({("method", method), ("route", route), ("status", str(status))})


@pytest.mark.parametrize(
    ("picture", "way"), [(PNG, SHORT), (encode(draw([])), PASSED_ON)], ids=["read", "not read"]
)
def test_who_left_before_the_answer_is_told_nothing_and_keeps_no_place(
    server: Served, monkeypatch: pytest.MonkeyPatch, picture: bytes, way: str
) -> None:
    written: list[bytes] = []
    for name in ("write", "write_now"):
        monkeypatch.setattr(Gathering, name, lambda _, data: written.append(data))
    before = Scrape()
    direct = server.app.state.direct = Held(server.app)
    with closing(connect(server.port)) as connection:
        connection.sendall(asking(picture))
        direct.wait_for(1)
        assert server.admission.in_flight == 1
    wait_until(lambda: not connections(server))
    direct.go_on()
    wait_until(lambda: len(server.lines) == 1)
    wait_until(lambda: server.admission.in_flight == 0)
    after = Scrape()

    assert direct.ways == [way]
    assert written == []
    (line,) = server.lines
    assert (line["route"], line["status"]) == ("/predict/", CLIENT_LEFT)
    assert after.since(before, "http_requests_total") == {counted("/predict/", CLIENT_LEFT): 1}
    assert not after.since(before, "http_requests_in_flight")


def test_who_leaves_does_not_hurt_who_stays(server: Served) -> None:
    direct = server.app.state.direct = Held(server.app)
    leaves, stays = connect(server.port), connect(server.port)
    with closing(stays):
        for number, connection in enumerate((leaves, stays), 1):
            connection.sendall(asking())
            direct.wait_for(number)
        leaves.close()
        wait_until(lambda: len(connections(server)) == 1)
        direct.go_on()
        assert read_answer(stays).startswith(b"HTTP/1.1 200 ")
    wait_until(lambda: len(server.lines) == 2)
    assert server.admission.in_flight == 0
    assert sorted(line["status"] for line in server.lines) == [200, CLIENT_LEFT]


def test_a_drawing_that_waits_holds_a_place(server: Served) -> None:
    direct = server.app.state.direct = Held(server.app)
    waiting = [connect(server.port) for _ in range(server.admission.limit)]
    with closing(connect(server.port)) as one_more:
        for number, connection in enumerate(waiting, 1):
            connection.sendall(asking(more=CLOSE))
            direct.wait_for(number)
        one_more.sendall(asking())
        assert read_answer(one_more).startswith(b"HTTP/1.1 503 ")
        direct.go_on()
        for connection in waiting:
            with closing(connection):
                assert read_all(connection).startswith(b"HTTP/1.1 200 ")
        one_more.sendall(asking())
        direct.wait_for(1)
        direct.go_on()
        assert read_answer(one_more).startswith(b"HTTP/1.1 200 ")
    wait_until(lambda: server.admission.in_flight == 0)


@pytest.mark.parametrize("parsed", [b"", b"Connection: keep-alive\r\n"])
@pytest.mark.parametrize(("picture", "status"), [(PNG, 200), (BLANK, 422)])
def test_a_server_that_stops_answers_what_waits_and_ends_the_connection(
    server: Served, picture: bytes, status: int, parsed: bytes
) -> None:
    direct = server.app.state.direct = Held(server.app)
    with closing(connect(server.port)) as connection:
        connection.sendall(asking(picture, more=parsed))
        direct.wait_for(1)
        server.server.should_exit = True
        (held,) = connections(server)
        wait_until(lambda: not (held.cycle.keep_alive if parsed else held._goes_on))
        direct.go_on()
        (answer,) = answers_in(read_all(connection))
    assert answer.status == status
    assert b"connection: close" in answer.headers


def read_for_now(connection: socket.socket) -> bytes:
    """What comes before the server falls silent."""
    connection.settimeout(0.3)
    received = b""
    with suppress(TimeoutError):
        while piece := connection.recv(65_536):
            received += piece
    connection.settimeout(20)
    return received


@pytest.mark.parametrize("has_short_way", [True, False])
def test_who_does_not_read_is_not_written_to_without_end(
    server: Served, has_short_way: bool
) -> None:
    direct = server.app.state.direct = (Watched if has_short_way else Closed)(server.app)
    asked = 20
    with closing(connect(server.port)) as connection:
        connection.sendall(asking())
        assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
        (paused,) = connections(server)
        # as the transport does when more waits to be read by the client than it should hold
        paused.loop.call_soon_threadsafe(paused.pause_writing)
        connection.sendall(asking() * asked + LAST)
        received = read_for_now(connection)
        # one may have been on its way; the next waits until there is room
        assert received.count(b"HTTP/1.1 200 ") <= 1
        paused.loop.call_soon_threadsafe(paused.resume_writing)
        received += read_all(connection)
    assert [answer.status for answer in answers_in(received)] == [200] * (asked + 1)
    assert (SHORT in direct.ways) is has_short_way


def broken(_: Field) -> Logits:
    raise RuntimeError("a network that breaks")


def broken_ladder() -> Ladder:
    """Of two rungs, only the lower one can be asked; the higher one is the default."""
    return Ladder(
        [
            fake_rung("low", reads(1), order=10),
            Rung(fake_metadata("high", order=30, validation_accuracy=0.99), 0.9, 1000, broken),
        ]
    )


@pytest.fixture
def broken_server() -> Iterator[Served]:
    with served(ladder=broken_ladder()) as server:
        yield server


@pytest.mark.parametrize("target", [b"/predict/", b"/predict?model=high", b"/predict/all"])
def test_a_step_that_breaks_is_the_applications_500_logged_once(
    broken_server: Served, caplog: pytest.LogCaptureFixture, target: bytes
) -> None:
    caplog.set_level(logging.DEBUG, "ml_engine_and_backend")
    request_id = b"X-Request-ID: mine-1\r\n"
    direct = Watched(broken_server.app)
    sent = asking(target=target, more=request_id) + asking(target=b"/predict/?model=low") + LAST
    told = broken_server.ask(sent, direct)
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.exc_info
    assert str(record.exc_info[1]) == "a network that breaks"

    assert direct.ways == [PASSED_ON, SHORT]
    assert [answer.status for answer in told.answers] == [500, 200, 200]
    problem: dict[str, Any] = json.loads(told.answers[0].body)
    assert problem["type"].endswith("internal-error")
    assert problem["request_id"] == "mine-1"
    usual = broken_server.ask(sent, None)
    assert (told.answers, told.lines) == (usual.answers, usual.lines)


@pytest.mark.parametrize("target", [b"/predict/", b"/predict/all"])
def test_what_was_read_before_a_step_broke_is_counted_once(
    broken_server: Served, target: bytes
) -> None:
    direct = Watched(broken_server.app)
    short = broken_server.ask(asking(target=target, more=CLOSE), direct)
    usual = broken_server.ask(asking(target=target, more=CLOSE), None)
    assert direct.ways == [PASSED_ON]
    assert short.counts == usual.counts
