"""Malformed HTTP against the real server: no 500, no traceback, and it goes on answering."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import httpx

from tests.api.conftest import PNG
from tests.api.process import running
from tests.fuzz.campaign import inputs, random_for, replayable
from tests.fuzz.damage import damaged
from tests.fuzz.envelopes import picture_request
from tests.fuzz.message import Message

CONNECTIONS = 300
PATIENCE_S = 0.2
PNG_TYPE = ("Content-Type", "image/png")
SOUND = (
    Message(headers=[PNG_TYPE], body=[PNG]),
    Message(path="/predict/all", headers=[PNG_TYPE], body=[PNG]),
    Message(path="/v2/models/cnn/infer", body=[b"{}"]),
    *(Message("GET", path) for path in ("/health", "/models/", "/reports", "/v2", "/docs", "/")),
    *(Message(method, "/") for method in ("HEAD", "OPTIONS", "TRACE", "DELETE", "BREW")),
)
TARGETS = (
    *(b"*", b"/" * 9, b"/%00", b"/%", b"/%ff%fe", b"/..", b"/%2e%2e/%2e%2e/x", b"", b"\\"),
    *(b"http://elsewhere/predict/", b"elsewhere:80", b"//elsewhere", b"/\xff", b"/models/?\xff"),
    *(b"/predict/?" + b"&" * 999, b"/" + b"a" * 70_000, b"/models/" + b"%41" * 99, b"/models/?%ff"),
)
HEADERS = (
    *(b"Content-Length: -1", b"Content-Length: 9" + b"9" * 40, b"Content-Length: 3, 3"),
    *(b"Transfer-Encoding: " + t for t in (b"chunked", b"gzip, chunked", b"identity")),
    *(b"Connection: Upgrade\r\nUpgrade: " + u for u in (b"websocket", b"h2c")),
    *(b"Expect: 100-continue", b"Host: [", b"Host: a\0b", b"Range: bytes=9-2", b"Cookie: \xff=;;"),
    *(b"X-Request-ID: a\tb", b"If-None-Match: \xff", b"X-API-Key: \xff", b"Origin: null"),
    *(b"Authorization: Bearer", b"X-Forwarded-For: [", b"Inference-Header-Content-Length: 9e9"),
    *(b"no colon", b": no name", b" folded", b"X: \0", b"X: " + b"x" * 300_000),
)


def malformed(random: Random) -> bytes:
    """What one client sends: one or three requests, most of them malformed."""
    message = picture_request(random) if random.random() < 0.2 else random.choice(SOUND)
    head, _, body = message.wire().partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, _, version = first.split(b" ", 2)
    match random.randrange(4):
        case 0:
            first = b" ".join((method, random.choice(TARGETS), version))
        case 1:
            lines.insert(random.randint(0, len(lines)), random.choice(HEADERS))
        case 2:
            first = damaged(random, first)
    sent = b"\r\n".join((first, *lines)) + b"\r\n\r\n" + body
    if random.random() < 0.2:
        sent = damaged(random, sent)
    return sent * random.choice((1, 1, 3))


def exchange(port: int, sent: bytes) -> bytes:
    """What comes back until the server closes or is silent for PATIENCE_S."""
    received = b""
    with (
        closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection,
        suppress(ConnectionError, TimeoutError),  # it closed early, or waits for more
    ):
        connection.sendall(sent)
        connection.settimeout(PATIENCE_S)
        while piece := connection.recv(65_536):
            received += piece
    return received


def test_survives_malformed_requests(tmp_path: Path) -> None:
    with running(tmp_path / "log") as service:
        port = int(service.url.rpartition(":")[2])

        def is_answered(number: int) -> bool:
            sent = malformed(random_for(number))
            with replayable(number, sent, tmp_path):
                received = exchange(port, sent)
                assert b"HTTP/1.1 500" not in received
            return received.startswith(b"HTTP/1.1 ")

        with ThreadPoolExecutor(8) as threads:
            answered = list(threads.map(is_answered, inputs(CONNECTIONS)))
        assert sum(answered) > len(answered) // 2
        answer = httpx.post(
            service.url + "/predict/", content=PNG, headers=dict([PNG_TYPE]), timeout=60
        )
        assert answer.status_code == 200
        assert not [line for line in service.lines() if '"level": "ERROR"' in line]
