"""A real Redis, from Debian's package, as an unprivileged process of the test."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.api.process import free_port, wait_until

START_S = 10
# root need not run it; every Unix has this user
UNPRIVILEGED = "nobody"


def find_binary() -> str | None:
    """`redis-server`; None where there is none."""
    return shutil.which("redis-server")


class Redis:
    """A server without a file on a free port of 127.0.0.1, which a test may stop and start."""

    def __init__(self, binary: str) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with nothing in it, and wait until it answers."""
        self._process = subprocess.Popen(
            [
                *(self._binary, "--bind", "127.0.0.1", "--port", str(self.port)),
                *("--save", "", "--appendonly", "no"),
            ],
            cwd=Path("/"),
            stdout=subprocess.DEVNULL,
            user=UNPRIVILEGED if os.getuid() == 0 else None,
            extra_groups=[] if os.getuid() == 0 else None,
        )
        wait_until(self._answers, START_S)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        process, self._process = self._process, None
        assert process is not None, "expected a started server"
        process.kill()
        process.wait()

    def is_running(self) -> bool:
        """Whether it was started, and not killed since."""
        return self._process is not None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Its connections stay open, and nothing comes from them."""
        assert self._process is not None, "expected a started server"
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "expected a running server, got one that ended"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False


@contextmanager
def running(binary: str) -> Iterator[Redis]:
    """A server that answers."""
    server = Redis(binary)
    server.start()
    try:
        yield server
    finally:
        if server.is_running():
            server.kill()
