"""The service as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import httpx

from ml_engine_and_backend.api.settings import REPOSITORY

START_S = 30
Command = tuple[str, ...]  # arguments of python
COMMAND: Command = ("-m", "ml_engine_and_backend")
STOCK: Command = ("-m", "uvicorn", "ml_engine_and_backend.api.app:app", "--port", "{port}")
OURS = ("LADDER_", "PORT", "WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR")


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(holds: Callable[[], bool], within_s: float = START_S) -> None:
    """Look every 20 ms; fail after `within_s`."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"expected it to hold within {within_s} s"
        time.sleep(0.02)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `variables` and no other setting of the service.

    Where they name no database, nothing is kept: no test writes to that of whoever runs it.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"LADDER_DATABASE_URL": "none"} | dict(variables)


@dataclass
class Service:
    """A process that serves at `url` and logs to the file `log`."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str) -> httpx.Response:
        """The answer to a GET of `path` on a connection of its own."""
        # certificates, which nothing here needs, take far longer to load than this takes
        return httpx.get(self.url + path, verify=False)  # noqa: S501

    def is_ready(self) -> bool:
        """Whether it answers, and has models."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.get("/ready").status_code == 200
        except httpx.TransportError:
            return False

    def lines(self) -> list[str]:
        """What it has logged."""
        return self.log.read_text().splitlines()


@contextmanager
def running(
    log: Path, variables: Mapping[str, str] = MappingProxyType({}), command: Command = COMMAND
) -> Iterator[Service]:
    """The service in an `environment` of `variables`, from when it is ready until it is stopped."""
    port = free_port()
    arguments = [part.format(port=port) for part in command]
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=REPOSITORY,
            env=environment({"LADDER_PORT": str(port)} | dict(variables)),
            stdout=file,
            stderr=file,
        )
    service = Service(f"http://127.0.0.1:{port}", process, log)
    try:
        wait_until(service.is_ready)
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()
