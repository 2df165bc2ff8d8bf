"""Slow clients, on a server that keeps what they send."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from benchmarks.slow_client import HEAD

CLIENTS = 5


class Listener:
    """Takes connections, and what comes on them; ends those that `turn_away` says."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.turn_away = 0
        self.connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            if self.turn_away:
                self.turn_away -= 1
                connection.close()
            else:
                self.connections.append(connection)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        for connection in self.connections:
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def run(kind: str, listener: Listener) -> tuple[list[bytes], dict[str, int]]:
    """What the connections that stayed sent first, and the client's report."""
    command = [sys.executable, "-m", "benchmarks.slow_client", kind, "127.0.0.1"]
    with subprocess.Popen(
        [*command, str(listener.port), "--connections", str(CLIENTS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as client:
        assert client.stdin
        assert client.stdout
        assert client.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 30
        while len(listener.connections) < CLIENTS and time.monotonic() < deadline:
            time.sleep(0.01)
        sent = [connection.recv(10_000) for connection in listener.connections]
        client.stdin.close()
        return sent, json.loads(client.stdout.read())


def test_headers_come_byte_by_byte(listener: Listener) -> None:
    sent, report = run("headers", listener)
    assert len(sent) == CLIENTS
    assert all(HEAD.startswith(came) and 0 < len(came) < 20 for came in sent)
    assert report == {"opened": CLIENTS, "ended": 0}


def test_bodies_stall_after_their_first_byte(listener: Listener) -> None:
    sent, _ = run("body", listener)
    assert sent == [HEAD + b"\x89"] * CLIENTS


def test_what_the_server_ends_comes_again(listener: Listener) -> None:
    listener.turn_away = 3
    sent, report = run("body", listener)
    assert report["ended"] == 3
    assert report["opened"] == CLIENTS + 3
    assert len(sent) == CLIENTS
