"""What stands in a body is never taken for a request, nor one request's rights for another's."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import SecretStr

from ml_engine_and_backend.api.accounts.rate_limit import Rate
from ml_engine_and_backend.api.settings import Settings
from tests.api.conftest import PNG
from tests.api.short_way import (
    LAST,
    LEFT,
    SHORT,
    Served,
    Watched,
    answers_in,
    asking,
    connections,
    served,
)
from tests.api.test_protocol import connect, read_all, read_answer, wait_until

KEY = "a-key-of-sixteen-characters"
INNER = asking(more=b"X-Request-ID: smuggled\r\n")
LONG = 100_000  # more than is waited for before the application is asked
ANNOUNCED = asking(None, target=b"/nothing", more=b"Content-Length: %d\r\n" % LONG)
CHUNKED = asking(None, target=b"/nothing", more=b"Transfer-Encoding: chunked\r\n")


@pytest.fixture
def server() -> Iterator[Served]:
    with served() as server:
        yield server


def between(server: Served) -> None:
    wait_until(lambda: any(each.is_idle for each in connections(server)))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (ANNOUNCED, INNER + bytes(LONG - len(INNER))),
        (ANNOUNCED, INNER * (LONG // len(INNER)) + bytes(LONG % len(INNER))),
        (CHUNKED + b"%x\r\n" % len(INNER), INNER + b"\r\n0\r\n\r\n"),
    ],
    ids=["announced", "again and again", "in chunks"],
)
def test_a_body_whose_answer_came_first_is_no_request(
    server: Served, head: bytes, body: bytes
) -> None:
    direct = server.app.state.direct = Watched(server.app)
    with closing(connect(server.port)) as connection:
        connection.sendall(head)
        assert read_answer(connection).startswith(b"HTTP/1.1 404 ")
        between(server)
        # in a piece of its own, as a request comes
        connection.sendall(body[: len(INNER)])
        wait_for_silence(connection)
        connection.sendall(body[len(INNER) :] + LAST)
        answers = answers_in(read_all(connection))
    assert [answer.status for answer in answers] == [200]
    assert answers[0].body == b'{"status":"ok"}'
    assert direct.ways == []


def wait_for_silence(connection: socket.socket) -> None:
    connection.settimeout(0.3)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    connection.settimeout(20)


def test_a_request_with_a_key_lends_it_to_no_other() -> None:
    key = b"X-API-Key: %b\r\n" % KEY.encode()
    large = PNG + bytes(70_000 - len(PNG))
    with served(Settings(api_keys=(SecretStr(KEY),))) as server:
        for first in (asking(large, more=key), asking(more=key), asking(b"<svg/>", more=key)):
            with closing(connect(server.port)) as connection:
                connection.sendall(first)
                assert not read_answer(connection).startswith(b"HTTP/1.1 401 ")
                between(server)
                connection.sendall(asking())
                assert read_answer(connection).startswith(b"HTTP/1.1 401 ")
                connection.sendall(asking(more=key))
                assert read_answer(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("body", [PNG, PNG + bytes(70_000), b"<svg/>", b""])
def test_a_request_counts_once_against_the_rate_whichever_way_it_goes(body: bytes) -> None:
    settings = Settings(rate_limit=Rate.parse("9/minute"))
    with served(settings) as server, closing(connect(server.port)) as connection:
        for left in (b"8", b"7"):
            connection.sendall(asking(body))
            assert b"\r\nratelimit-remaining: %b\r\n" % left in read_answer(connection)


def test_a_trusted_proxy_is_believed_about_a_request_that_is_not_parsed() -> None:
    with served(Settings(trusted_proxies=("127.0.0.1",))) as server:
        direct = server.app.state.direct = Watched(server.app)
        with closing(connect(server.port)) as connection:
            for address in ("192.0.2.7", "192.0.2.8"):
                connection.sendall(asking(more=b"X-Forwarded-For: %b\r\n" % address.encode()))
                assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
        wait_until(lambda: len(server.lines) == 2)
        assert [line["client"] for line in server.lines] == ["192.0.2.7", "192.0.2.8"]
        assert direct.ways == [SHORT, SHORT]
        assert server.admission.in_flight == 0


def test_a_place_is_given_back_whatever_goes_wrong(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("a way that breaks")

    monkeypatch.setattr(Watched, "take", broken)
    server.app.state.direct = Watched(server.app)
    for more in (b"", b"Connection: keep-alive\r\n"):
        with closing(connect(server.port)) as connection:
            connection.sendall(asking(more=more))
            read_all(connection)
    assert server.admission.in_flight == 0


def test_what_comes_behind_an_upgrade_that_is_not_spoken_is_not_read(server: Served) -> None:
    upgrade = asking(
        None, target=b"/health", method=b"GET", more=b"Connection: upgrade\r\nUpgrade: h2c\r\n"
    )
    direct = server.app.state.direct = Watched(server.app)
    with closing(connect(server.port)) as connection:
        connection.sendall(upgrade + ANNOUNCED)
        (answer,) = answers_in(read_all(connection))
    assert answer.status == 200
    assert b"connection: close" in answer.headers
    assert LEFT not in direct.ways
