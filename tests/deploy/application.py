"""One real application process, which a test may kill and start again on the same port."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.conftest import REPOSITORY


class Application:
    """`python -m ml_engine_and_backend`, run from `root`."""

    def __init__(self, port: int, log: Path, root: Path = REPOSITORY, **settings: str) -> None:
        self.address = f"127.0.0.1:{port}"
        self._log = log
        self._root = root
        # without a developer's own settings
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("LADDER_") and name not in ("PORT", "WEB_CONCURRENCY")
        }
        self._environment = inherited | {"LADDER_PORT": str(port)} | settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def log(self) -> str:
        return self._log.read_text()

    def start(self) -> None:
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ml_engine_and_backend"],
                cwd=self._root,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self, timeout_s: float = 120) -> None:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            assert self._process is not None, "expected a started process"
            assert self._process.poll() is None, self.log
            try:
                if httpx.get(f"{self.url}/ready").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"expected {self.url} to be ready within {timeout_s} s:\n{self.log}")

    def end(self, signum: signal.Signals) -> int:
        """Send the signal and wait; returns the exit status."""
        assert self._process is not None, "expected a started process"
        self._process.send_signal(signum)
        try:
            return self._process.wait(timeout=30)
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._process = None

    def __enter__(self) -> "Application":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.end(signal.SIGTERM)
