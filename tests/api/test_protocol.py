"""One server process on a real socket, with clients that behave badly."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx
import numpy as np
import pytest
import uvicorn

from ml_engine_and_backend.api import timed
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.middleware.admission import MAX_UPLOADS
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.server import server_config
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.api.sockets import bind
from ml_engine_and_backend.engine.predictor import Ladder, Logits, Rung
from ml_engine_and_backend.engine.preprocessing import Field
from tests.api.conftest import PNG
from tests.drawings import SEVEN, draw, encode
from tests.fakes import fake_ladder, fake_metadata

# too many pixels to be read on the event loop
LARGE_PNG = encode(draw(SEVEN, field_px=(600, 600)))
HEAD = b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Type: image/png\r\n"
REQUEST = HEAD + b"Content-Length: %d\r\n\r\n" % len(PNG) + PNG


@contextmanager
def running(ladder: Ladder, max_in_flight: int = 64, keep_alive_s: int = 75) -> Iterator[int]:
    """The port of a server over `ladder`."""
    app = create_app(Settings(), Serving(ladder, max_in_flight))
    config = server_config(app)
    config.timeout_keep_alive = keep_alive_s
    server = uvicorn.Server(config)
    listener = bind("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def wait_until(holds: Callable[[], bool], timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def read_all(connection: socket.socket) -> bytes:
    """Everything until the server closes."""
    received = b""
    while piece := connection.recv(65_536):
        received += piece
    return received


def read_answer(connection: socket.socket) -> bytes:
    """One answer, whole."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def is_closed_at_once(port: int) -> bool:
    with closing(connect(port)) as connection:
        try:
            return connection.recv(10) == b""
        except ConnectionError:
            return True


def post(port: int, picture: bytes = PNG) -> httpx.Response:
    headers = {"Content-Type": "image/png"}
    return httpx.post(
        f"http://127.0.0.1:{port}/predict/", content=picture, headers=headers, timeout=20
    )


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running(fake_ladder()) as port:
        yield port


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed, "HEADERS_TIMEOUT_S", 0.3)
    monkeypatch.setattr(timed, "BODY_TIMEOUT_S", 0.3)


UNFINISHED = {
    "the request line": b"POST /pre",
    "the headers": HEAD,
    "a short body": HEAD + b"Content-Length: 1000\r\n\r\n\x89PNG",
    "a long body": HEAD + b"Content-Length: 900000\r\n\r\n\x89PNG",
    "a body in chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n\x89PNG\r\n",
}


@pytest.mark.parametrize("sent", UNFINISHED.values(), ids=UNFINISHED)
@pytest.mark.usefixtures("impatient")
def test_who_stops_in_the_middle_is_told_and_left(port: int, sent: bytes) -> None:
    with closing(connect(port)) as connection:
        connection.sendall(sent)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"content-type: application/problem+json\r\n" in answer
    assert b"connection: close\r\n" in answer
    assert answer.count(b"HTTP/1.1") == 1
    assert b'"expected the headers within' in answer


@pytest.mark.usefixtures("impatient")
def test_who_sends_nothing_is_left_without_a_word(port: int) -> None:
    with closing(connect(port)) as connection:
        assert read_all(connection) == b""


@pytest.mark.usefixtures("impatient")
def test_byte_by_byte_is_too_slow_however_steady(port: int) -> None:
    with closing(connect(port)) as connection:
        begun = time.monotonic()
        try:
            for byte in REQUEST:
                connection.sendall(bytes([byte]))
                time.sleep(0.02)
        except OSError:
            took_s = time.monotonic() - begun
    assert took_s < 0.02 * len(REQUEST)


@pytest.mark.usefixtures("impatient")
def test_a_client_that_thinks_between_requests_is_kept(port: int) -> None:
    with closing(connect(port)) as connection:
        for _ in range(3):
            connection.sendall(REQUEST)
            assert read_answer(connection).startswith(b"HTTP/1.1 200 OK\r\n")
            time.sleep(0.5)


@pytest.mark.parametrize(
    "behind",
    [b"\r\n", b"\r\n" * 99, b"x" * 70_000],
    ids=["an empty line", "empty lines", "the rest of a body that is not wanted"],
)
def test_what_comes_behind_the_last_answer_does_not_keep_the_connection(behind: bytes) -> None:
    with running(fake_ladder(), keep_alive_s=1) as port, closing(connect(port)) as connection:
        if behind.startswith(b"x"):
            head = HEAD.replace(b"image/png", b"text/plain")
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(behind))
        else:
            connection.sendall(REQUEST)
        assert read_answer(connection).startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 415 "))
        connection.sendall(behind)
        connection.settimeout(10)
        assert read_all(connection) == b""


def test_slow_clients_keep_no_place_from_fast_ones() -> None:
    with running(fake_ladder(), max_in_flight=1) as port:
        slow = [connect(port) for _ in range(300)]
        try:
            for number, connection in enumerate(slow):
                connection.sendall(list(UNFINISHED.values())[:3][number % 3])
            assert [post(port).status_code for _ in range(20)] == [200] * 20
        finally:
            for connection in slow:
                connection.close()


def test_large_uploads_have_room_of_their_own() -> None:
    with running(fake_ladder()) as port:
        slow = [connect(port) for _ in range(MAX_UPLOADS)]
        try:
            for connection in slow:
                connection.sendall(UNFINISHED["a long body"])
            body = b"x" * 200_000
            wait_until(lambda: post(port, body).status_code == 503)
            refused = post(port, body)
            assert refused.headers["retry-after"] == "1"
            assert "large uploads" in refused.json()["detail"]
            assert post(port).status_code == 200
        finally:
            for connection in slow:
                connection.close()
        wait_until(lambda: post(port, body).status_code == 422)  # no picture, but read


def test_past_the_places_503_comes_at_once_and_the_rest_goes_on() -> None:
    let_go, begun = threading.Event(), threading.Semaphore(0)

    def slow(_: Field) -> Logits:
        begun.release()
        assert let_go.wait(20)
        return np.zeros(10, np.float32)

    ladder = Ladder([Rung(fake_metadata(), 0.9, 1000, slow)])
    with running(ladder, max_in_flight=2) as port:
        answers: list[int] = []
        busy = [
            threading.Thread(target=lambda: answers.append(post(port, LARGE_PNG).status_code))
            for _ in range(2)
        ]
        for thread in busy:
            thread.start()
            assert begun.acquire(timeout=20)
        refused = post(port)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["content-type"] == "application/problem+json"
        assert len(refused.headers["x-request-id"]) == 16
        assert refused.json()["detail"] == "expected at most 2 requests at once, got one more"
        # who watches gets an answer all the same
        for path in ("/health", "/ready"):
            assert httpx.get(f"http://127.0.0.1:{port}{path}").status_code == 200
        # a refused client keeps its connection, and what it sends next is another request
        with closing(connect(port)) as connection:
            for _ in range(3):
                connection.sendall(REQUEST)
                assert read_answer(connection).startswith(b"HTTP/1.1 503 ")
            let_go.set()
            for thread in busy:
                thread.join()
            connection.sendall(REQUEST)
            assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
        assert answers == [200, 200]
        # every place was given back
        assert [post(port).status_code for _ in range(5)] == [200] * 5


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    last = REQUEST.replace(b"Host: test\r\n", b"Host: test\r\nConnection: close\r\n")
    low = REQUEST.replace(b"/predict/", b"/predict/?model=low")
    with closing(connect(port)) as connection:
        connection.sendall(REQUEST + low + last)
        received = read_all(connection)
    models = [part.partition(b'"')[0] for part in received.split(b'"model":"')[1:]]
    assert models == [b"high", b"low", b"high"]


def test_a_half_head_is_measured_without_what_came_before_it(port: int) -> None:
    with closing(connect(port)) as connection:
        many = 60
        connection.sendall(REQUEST * many + HEAD)
        received = b""
        while received.count(b"HTTP/1.1 200 ") < many:
            received += (piece := connection.recv(65_536))
            assert piece
        connection.sendall(b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(PNG) + PNG)
        assert (received + read_all(connection)).count(b"HTTP/1.1 200 ") == many + 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400 "),
        (b"POST /predict/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400 "),
        (b"POST /predict/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400 "),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 500_000, b"431 "),
    ],
    ids=["TLS", "negative length", "two lengths", "endless headers"],
)
def test_what_is_no_request_gets_a_problem(port: int, sent: bytes, status: bytes) -> None:
    with closing(connect(port)) as connection:
        connection.sendall(sent)
        answer = read_answer(connection)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"application/problem+json" in answer


def test_an_upgrade_that_is_not_spoken_is_ignored(port: int) -> None:
    upgrade = b"Host: test\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
    with closing(connect(port)) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n" + upgrade + b"\r\n")
        assert read_answer(connection).startswith(b"HTTP/1.1 200 ")


def test_past_the_connections_an_idle_one_makes_room(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(fake_ladder()) as port:
        monkeypatch.setattr(timed, "MAX_CONNECTIONS", 3)
        busy, idle = connect(port), connect(port)
        with closing(busy), closing(idle), closing(connect(port)) as third:
            busy.sendall(HEAD)
            for connection in (idle, third):
                connection.sendall(REQUEST)
                assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
            with closing(connect(port)) as fourth, closing(connect(port)) as fifth:
                for connection in (fourth, fifth):
                    connection.sendall(HEAD)
                # both idle ones made room; now all are busy, and one more is one too many
                assert read_all(idle) == read_all(third) == b""
                assert is_closed_at_once(port)
                busy.sendall(b"Content-Length: %d\r\n\r\n" % len(PNG) + PNG)
                assert read_answer(busy).startswith(b"HTTP/1.1 200 ")
