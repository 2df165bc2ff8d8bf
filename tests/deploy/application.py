"""One real application process, which a test may kill and start again on the same port."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.api.process import COMMAND, Service, environment, free_port, wait_until
from tests.conftest import REPOSITORY


class Application:
    """`python -m ml_engine_and_backend`, run from `root`."""

    def __init__(self, port: int, log: Path, root: Path = REPOSITORY, **settings: str) -> None:
        self.address = f"127.0.0.1:{port}"
        self.url = f"http://{self.address}"
        self._log = log
        self._root = root
        self._environment = environment({"LADDER_PORT": str(port)} | settings)
        self._service: Service | None = None

    @property
    def log(self) -> str:
        return self._log.read_text()

    def start(self) -> None:
        with self._log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *COMMAND],
                cwd=self._root,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        self._service = Service(self.url, process, self._log)

    def wait_until_ready(self) -> None:
        assert self._service is not None, "expected a started process"
        wait_until(self._service.is_ready, within_s=120)

    def end(self, signum: signal.Signals) -> int:
        """Send the signal and wait; returns the exit status."""
        assert self._service is not None, "expected a started process"
        process, self._service = self._service.process, None
        process.send_signal(signum)
        try:
            return process.wait(timeout=30)
        finally:
            process.kill()

    def __enter__(self) -> "Application":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._service is not None:
            self.end(signal.SIGTERM)


Pair = tuple[Application, Application]


@contextmanager
def pair(folder: Path, **settings: str) -> Iterator[Pair]:
    """Two application processes that are ready."""
    with (
        Application(free_port(), folder / "first.log", REPOSITORY, **settings) as first,
        Application(free_port(), folder / "second.log", REPOSITORY, **settings) as second,
    ):
        for application in (first, second):
            application.wait_until_ready()
        yield first, second
