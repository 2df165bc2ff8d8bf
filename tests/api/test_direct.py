"""The short way is not to be told from the application, by anybody who asks or watches."""

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from ml_engine_and_backend.api.settings import Settings
from tests.api.conftest import PNG
from tests.api.short_way import (
    LAST,
    LEFT,
    PASSED_ON,
    SHORT,
    Closed,
    Served,
    Watched,
    answers_in,
    asking,
    in_chunks,
    served,
)
from tests.api.test_protocol import LARGE_PNG, connect, read_all, read_answer, wait_until
from tests.drawings import SEVEN, draw, encode
from tests.engine.test_sanitising import chunk
from tests.fakes import fake_ladder

MAX_BYTES = 50_000
CLOSE = b"Connection: close\r\n"
BLANK = encode(draw([]))
BASE64 = base64.b64encode(PNG)
JSON = b"application/json"
FORM = b"multipart/form-data; boundary=xyz"


def form(name: bytes = b"file") -> bytes:
    disposition = b'Content-Disposition: form-data; name="%b"; filename="seven.png"' % name
    return b"--xyz\r\n%b\r\n\r\n%b\r\n--xyz--\r\n" % (disposition, PNG)


def padded(length: int) -> bytes:
    """The drawing as a file of `length` bytes: with a comment, which no reader shows."""
    comment = chunk(b"tEXt", b"a\0" + bytes(length - len(PNG) - 14))
    assert len(PNG + comment) == length
    return PNG[:33] + comment + PNG[33:]


@dataclass(frozen=True)
class Row:
    """A request, its way where a short one is open, and the answer's status on every way."""

    sent: bytes
    way: str | None = SHORT
    status: int = 200


SIMPLE = {
    "a drawing": Row(asking()),
    "without the last slash": Row(asking(target=b"/predict")),
    "to all": Row(asking(target=b"/predict/all")),
    "to all, with the last slash": Row(asking(target=b"/predict/all/")),
    "to a model": Row(asking(target=b"/predict/?model=low")),
    "to a version": Row(asking(target=b"/predict?model=middle@1")),
    "to a model, percent-encoded": Row(asking(target=b"/predict/?model=%6didd%6ce%402")),
    "to all and a model, which means nothing": Row(asking(target=b"/predict/all?model=x&model=y")),
    "to a path that is percent-encoded": Row(asking(target=b"/%70redict/")),
    "to a URL": Row(asking(target=b"http://test/predict/")),
    "a form": Row(asking(form(), FORM)),
    "JSON, base64": Row(asking(b'{"image":"%b"}' % BASE64, JSON)),
    "JSON, a data URL": Row(asking(b'{"image":"data:image/png;base64,%b"}' % BASE64, JSON)),
    "a type in capitals, with a parameter": Row(asking(content_type=b"Image/PNG ; q=1")),
    "a type that is another picture's": Row(asking(content_type=b"image/gif")),
    "its own id": Row(asking(more=b"X-Request-ID: mine-1\r\n")),
    "an id that cannot be taken": Row(asking(more=b"X-Request-ID: not mine\r\n")),
    "an empty id": Row(asking(more=b"X-Request-ID:\r\n")),
    "no more after it": Row(asking(more=CLOSE)),
    "HTTP/1.0": Row(asking(version=b"1.0")),
    "HTTP/1.0 that would stay": Row(asking(more=b"Connection: keep-alive\r\n", version=b"1.0")),
    "headers that mean nothing here": Row(asking(more=b"Accept: text/html\r\nCookie: a=b\r\n")),
    "the longest file": Row(asking(padded(MAX_BYTES))),
    "two colours": Row(asking(encode(draw(SEVEN).convert("1")))),
}
NOT_READ = {
    "nothing drawn": Row(asking(BLANK), PASSED_ON, 422),
    "nothing drawn, to all": Row(asking(BLANK, target=b"/predict/all"), PASSED_ON, 422),
    "half a file": Row(asking(PNG[: len(PNG) // 2]), PASSED_ON, 422),
    "a file without an end, and no more after it": Row(
        asking(PNG[:99], more=CLOSE), PASSED_ON, 422
    ),
    "bytes that are wrong": Row(asking(PNG[:60] + bytes(40) + PNG[100:]), PASSED_ON, 422),
    "no picture, with an id": Row(
        asking(PNG[:24], more=b"X-Request-ID: mine-2\r\n"), PASSED_ON, 422
    ),
}
NOT_SIMPLE = {
    "HEAD": Row(asking(None, more=CLOSE, method=b"HEAD"), LEFT, 405),
    "GET": Row(asking(None, method=b"GET"), LEFT, 405),
    "PUT": Row(asking(method=b"PUT"), LEFT, 405),
    "OPTIONS": Row(asking(None, method=b"OPTIONS"), LEFT, 405),
    "another path": Row(asking(target=b"/predict//"), LEFT, 404),
    "an unknown model": Row(asking(target=b"/predict/?model=resnet"), LEFT, 404),
    "an empty model": Row(asking(target=b"/predict/?model="), LEFT, 404),
    "two models": Row(asking(target=b"/predict/?model=low&model=low"), LEFT, 400),
    "no picture": Row(asking(b"<svg/>"), LEFT, 422),
    "a picture of another kind": Row(asking(encode(draw(SEVEN), "GIF")), LEFT),
    "too large for the event loop": Row(asking(LARGE_PNG), LEFT),
    "a kind that is not taken": Row(asking(content_type=b"text/plain"), LEFT, 415),
    "no kind": Row(asking(content_type=None), LEFT, 415),
    "two kinds": Row(asking(more=b"Content-Type: text/plain\r\n"), LEFT),
    "two ids": Row(asking(more=b"X-Request-ID: a\r\nX-Request-ID: b\r\n"), LEFT),
    "compressed": Row(asking(more=b"Content-Encoding: gzip\r\n"), LEFT, 415),
    "not compressed, as it says": Row(asking(more=b"Content-Encoding: identity\r\n"), LEFT),
    "one byte too long": Row(asking(padded(MAX_BYTES + 1), more=CLOSE), LEFT, 413),
    "too long to come in one piece": Row(asking(padded(99_999), more=CLOSE), None, 413),
    "in chunks": Row(in_chunks(), None),
    "after a word": Row(asking(more=CLOSE + b"Expect: 100-continue\r\n"), None, 100),
    "nothing at all": Row(asking(b""), LEFT, 422),
    "no body": Row(asking(None), LEFT, 422),
    "JSON that is none": Row(asking(b"{", JSON), LEFT, 400),
    "JSON without an image": Row(asking(b"{}", JSON), LEFT, 400),
    "JSON, no base64": Row(asking(b'{"image":"%"}', JSON), LEFT, 400),
    "a form without the field": Row(asking(form(b"picture"), FORM), LEFT, 400),
    "a form without an end": Row(asking(form()[:-9], FORM), LEFT, 400),
    "a form without a boundary": Row(asking(form(), b"multipart/form-data"), LEFT, 400),
}
ROWS = SIMPLE | NOT_READ | NOT_SIMPLE


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served(Settings(max_upload_bytes=MAX_BYTES)) as server:
        yield server


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_every_request_is_answered_counted_and_logged_as_by_the_application(
    server: Served, row: Row
) -> None:
    ends = CLOSE in row.sent or b"HTTP/1.0\r\n" in row.sent
    # what comes behind tells that the connection goes on in order
    sent = row.sent if ends else row.sent + LAST
    direct = Watched(server.app)
    short, usual = server.ask(sent, direct), server.ask(sent, None)
    assert short == usual
    assert direct.ways == ([] if row.way is None else [row.way])
    statuses = [answer.status for answer in short.answers]
    assert statuses == [row.status] + ([200] if not ends or row.status == 100 else [])


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_request_that_comes_alone_is_answered_alike(server: Served, row: Row) -> None:
    """Which a plain one is without having been parsed."""
    told = []
    for direct in (Watched(server.app), Closed(server.app)):
        server.app.state.direct = direct
        server.lines.clear()
        with closing(connect(server.port)) as connection:
            connection.sendall(row.sent)
            received = read_some(connection)
            if b"\r\nconnection: close\r\n" not in received:
                connection.sendall(LAST)
            told.append(answers_in(received + read_all(connection)))
    short, usual = told
    assert short == usual
    assert short[0].status == row.status


def read_some(connection: socket.socket) -> bytes:
    """The beginning of an answer."""
    received = b""
    while b"\r\n\r\n" not in received and (piece := connection.recv(65_536)):
        received += piece
    return received


def test_an_answer_of_the_short_way_carries_the_id_that_is_logged(server: Served) -> None:
    direct = Watched(server.app)
    told = server.ask(asking(more=CLOSE), direct)
    (line,) = server.lines
    assert len(line["request"]) == 32
    assert b"x-request-id: new" in told.answers[0].headers
    assert told.lines == [
        {
            "request": "new",
            "method": "POST",
            "route": "/predict/",
            "status": 200,
            "duration_s": None,
            "client": "127.0.0.1",
            "bytes_in": len(PNG),
            "bytes_out": len(told.answers[0].body),
        }
    ]
    assert json.loads(told.answers[0].body)["model"] == "high"
    assert direct.ways == [SHORT]


BETWEEN = {
    "another drawing": (asking(target=b"/predict/all"), SHORT, 200),
    "one that is not read": (asking(BLANK), PASSED_ON, 422),
    "one for a thread": (asking(LARGE_PNG), LEFT, 200),
    "one in chunks": (in_chunks(), LEFT, 200),
    "another route": (asking(None, target=b"/models", method=b"GET"), LEFT, 200),
    "whether it is well": (asking(None, target=b"/health", method=b"GET"), None, 200),
}


@pytest.mark.parametrize(("between", "way", "status"), BETWEEN.values(), ids=BETWEEN)
def test_what_comes_at_once_on_one_connection_is_answered_in_order(
    server: Served, between: bytes, way: str | None, status: int
) -> None:
    low, middle = asking(target=b"/predict/?model=low"), asking(target=b"/predict?model=middle")
    sent = low + between + middle + between + asking(more=CLOSE)
    direct = Watched(server.app)
    short, usual = server.ask(sent, direct), server.ask(sent, None)
    assert short == usual
    assert [answer.status for answer in short.answers] == [200, status, 200, status, 200]
    read = [json.loads(answer.body)["model"] for answer in short.answers[::2]]
    assert read == ["low", "middle", "high"]
    ways = [way] if way else []
    assert direct.ways == [SHORT, *ways, SHORT, *ways, SHORT]


def test_a_connection_serves_one_request_after_the_other(server: Served) -> None:
    direct = server.app.state.direct = Watched(server.app)
    server.lines.clear()
    with closing(connect(server.port)) as connection:
        wrong = asking(target=b"/health")
        for sent, status in [(asking(), 200), (asking(BLANK), 422), (wrong, 405)] * 2:
            connection.sendall(sent)
            (answer,) = answers_in(read_answer(connection))
            assert answer.status == status
    assert direct.ways == [SHORT, PASSED_ON, LEFT] * 2
    wait_until(lambda: len(server.lines) == 6)


def test_without_models_the_application_says_so(server: Served) -> None:
    server.app.state.serving.publish(None, "they went away")
    try:
        direct = Watched(server.app)
        short, usual = server.ask(asking() + LAST, direct), server.ask(asking() + LAST, None)
    finally:
        server.app.state.serving.publish(fake_ladder(), "")
    assert short == usual
    assert short.answers[0].status == 503
    assert short.counts["ladder_refused_total"] == {frozenset({("reason", "not-ready")}): 1}
    assert direct.ways == [LEFT]
