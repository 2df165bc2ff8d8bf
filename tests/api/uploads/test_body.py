"""A body's bounds: its size while it is read, and the time that it takes."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from ml_engine_and_backend.api.uploads import body as body_module
from ml_engine_and_backend.api.uploads.body import MAX_DROPPED_BYTES
from tests.api.asgi import Answer, call, request
from tests.api.conftest import PNG, application
from tests.api.process import Service, running

LIMIT = 10_000
PNG_TYPE = ("Content-Type", "image/png")


def post(*chunks: bytes, headers: tuple[tuple[str, str], ...] = (), stalls: bool = False) -> Answer:
    app = application(max_upload_bytes=LIMIT)
    scope = request("POST", "/predict/", [PNG_TYPE, *headers])
    return asyncio.run(call(app, scope, chunks, stalls=stalls))


def detail(answer: Answer) -> str:
    return str(json.loads(answer.body)["detail"])


@pytest.mark.parametrize(
    ("chunks", "status"),
    [
        ([bytes(LIMIT)], 422),
        ([bytes(LIMIT + 1)], 413),
        ([bytes(LIMIT), b"x"], 413),
        ([b"x"] * (LIMIT + 1), 413),
    ],
)
def test_size_is_bounded_while_reading(chunks: list[bytes], status: int) -> None:
    # as with chunked transfer coding: no length is announced
    answer = post(*chunks)
    assert answer.status == status
    if status == 413:
        assert f"at most {LIMIT} bytes, got {LIMIT + 1}" in detail(answer)
        assert answer.header("connection") == "close"


def test_a_body_of_no_end_is_read_no_further_than_it_is_dropped() -> None:
    answer = post(*[bytes(2**20)] * (MAX_DROPPED_BYTES // 2**20 + 1), stalls=True)
    assert answer.status == 413
    assert f"got more than {MAX_DROPPED_BYTES}" in detail(answer)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        # nothing comes after the headers, so an answer is given without waiting for the body
        ((("Content-Length", str(MAX_DROPPED_BYTES + 1)),), 413),
        ((("Content-Length", str(LIMIT + 1)), ("Expect", "100-continue")), 413),
        ((("Content-Length", str(LIMIT + 1)), ("Expect", "100-Continue")), 413),
        ((("Content-Encoding", "gzip"),), 415),
        # what is no length says nothing
        ((("Content-Length", "9" * 5_000),), 408),
        ((("Content-Length", "²"),), 408),
        ((("Content-Length", "-1"),), 408),
    ],
)
def test_announced_bodies_are_refused_before_they_come(
    monkeypatch: pytest.MonkeyPatch, headers: tuple[tuple[str, str], ...], status: int
) -> None:
    monkeypatch.setattr(body_module, "BODY_TIMEOUT_S", 0.05)
    assert post(b"", headers=headers, stalls=True).status == status


def test_a_body_that_does_not_come_in_time_is_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "BODY_TIMEOUT_S", 0.05)
    answer = post(PNG[:9], stalls=True)
    assert answer.status == 408
    assert "within 0.05 s, got 9 bytes" in detail(answer)
    assert answer.header("connection") == "close"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    log = tmp_path_factory.mktemp("service") / "log"
    with running(log, {"LADDER_MAX_UPLOAD_BYTES": str(LIMIT)}) as service:
        yield service


def ask(service: Service, *pieces: bytes) -> bytes:
    """What comes back until the server closes, or has nothing more to say."""
    host, _, port = service.url.rpartition("//")[2].partition(":")
    with closing(socket.create_connection((host, int(port)), timeout=5)) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)
        connection.settimeout(2)
        received = b""
        try:
            while piece := connection.recv(65_536):
                received += piece
        except TimeoutError:
            pass
        return received


HEAD = b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Type: image/png\r\n"


def chunked(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


def test_over_a_socket_expectation_and_chunked_bodies_are_bounded(service: Service) -> None:
    length = b"Content-Length: %d\r\n" % (LIMIT + 1)
    answer = ask(service, HEAD + length + b"Expect: 100-continue\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")  # and no 100 Continue before

    small = b"Content-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n" % len(PNG)
    answer = ask(service, HEAD + small, PNG)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n")
    assert b"HTTP/1.1 200 OK\r\n" in answer

    head = HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    half = len(PNG) // 2
    answer = ask(service, head, chunked(PNG[:half]), chunked(PNG[half:]), b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    answer = ask(service, head, chunked(bytes(LIMIT)), chunked(b"x"), b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer


def test_a_client_that_sends_all_first_reads_the_refusal(service: Service) -> None:
    headers = dict([PNG_TYPE])
    answer = httpx.post(service.url + "/predict/", content=bytes(20_000_000), headers=headers)
    assert answer.status_code == 413
