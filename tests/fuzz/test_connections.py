"""Connections that bend or break HTTP: the server answers in HTTP, lets go, and stays well."""

import logging
import socket
import struct
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httptools
import orjson
import pytest

from ml_engine_and_backend.api import timed
from tests.api.test_protocol import connect, post, wait_until
from tests.fuzz.campaign import inputs, random_for, replayable
from tests.fuzz.service import Service, running
from tests.fuzz.wires import Wire, wire

CONNECTIONS = 1_000
AT_ONCE = 50
# The server's, so that it ends what the client does not; 75 s of keeping alive would take too long.
PATIENCE_S = 0.3
# a close that throws away what is under way (SO_LINGER for 0 s)
RESET = struct.pack("ii", 1, 0)


@dataclass
class Answers:
    """What a connection brought back, as httptools calls it out."""

    parser: httptools.HttpResponseParser = field(init=False)
    begun: int = 0
    body: bytes = b""
    whole: list[tuple[int, bytes, bytes]] = field(default_factory=list)  # status, type, body
    media_type: bytes = b""

    def __post_init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)

    def on_message_begin(self) -> None:
        self.begun += 1
        self.body = self.media_type = b""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self.media_type = value

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.whole.append((self.parser.get_status_code(), self.media_type, self.body))


def check_answers(received: bytes) -> list[int]:
    """The statuses of whole answers; none is 500, and each problem says what is wrong."""
    answers = Answers()
    answers.parser.feed_data(received)
    assert answers.begun == len(answers.whole)
    for status, media_type, body in answers.whole:
        assert status < 500 or status == 503, body
        if media_type == b"application/problem+json":
            problem = orjson.loads(body)
            assert problem["status"] == status
            assert problem["detail"]
    return [status for status, _, _ in answers.whole]


def exchange(service: Service, number: int, folder: Path) -> list[int]:
    """Connect AT_ONCE times, send the pieces in turn, and read until the server closes.

    Returns the statuses of all answers.
    """
    statuses = []
    wires = {number + n: wire(random_for(number + n)) for n in range(AT_ONCE)}
    with ExitStack() as stack:
        sockets = {n: stack.enter_context(closing(connect(service.port))) for n in wires}
        for turn in range(max(len(each.pieces) for each in wires.values())):
            for n, each in wires.items():
                if turn < len(each.pieces):
                    # the server may have had enough of it
                    with suppress(ConnectionError):
                        sockets[n].sendall(each.pieces[turn])
                elif each.leaves:
                    leave(sockets[n], abruptly=n % 2 == 0)
        for n, each in wires.items():
            if not each.leaves:
                with replayable(n, each.sent, folder):
                    statuses += check(each, sockets[n])
    return statuses


def leave(connection: socket.socket, *, abruptly: bool) -> None:
    with suppress(OSError):  # left before
        if abruptly:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.close()


def check(each: Wire, connection: socket.socket) -> list[int]:
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except ConnectionError:
        return []  # closed while we sent: the end of the answer may be lost
    if not each.may_ask_for_a_head_alone:
        return check_answers(received)
    assert b"HTTP/1.1 500" not in received
    return []


@pytest.mark.timeout(600)
def test_no_connection_breaks_the_server_or_stays_in_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setattr(timed, "HEADERS_TIMEOUT_S", PATIENCE_S)
    monkeypatch.setattr(timed, "BODY_TIMEOUT_S", PATIENCE_S)
    statuses: list[int] = []
    with running(keep_alive_s=PATIENCE_S) as service:
        for number in inputs(CONNECTIONS)[::AT_ONCE]:
            statuses += exchange(service, number, tmp_path)
            assert post(service.port).status_code == 200, f"after {number}"
            try:
                wait_until(lambda: not any(service.held.values()))
            except AssertionError as error:
                error.add_note(f"after {number}: {service.held}")
                raise
    broken = [log for log in caplog.records if log.exc_info or log.levelno >= logging.ERROR]
    assert broken == []
    if len(inputs(CONNECTIONS)) >= CONNECTIONS:
        # what never gets past the parser tests nothing behind it
        assert set(statuses) >= {200, 400, 404, 405, 408, 415, 422}
