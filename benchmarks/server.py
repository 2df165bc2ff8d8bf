"""The services under test as processes: ours and the baseline."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import Final, Self

from benchmarks import proc
from benchmarks.errors import BenchmarkError
from benchmarks.picture import Body, Upload
from ml_engine_and_backend.api.settings import PREFIX, REPOSITORY

START_TIMEOUT_S: Final = 180  # TensorFlow on a machine that is busy otherwise
STOP_TIMEOUT_S: Final = 20
POLL_S: Final = 0.002


class Server:
    """A server process that is started on entering and stopped on leaving.

    `pid` is its first process; its workers are below it. Its settings are the defaults: no
    variable of ours is inherited.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        paths: tuple[str, str],
        ready_path: str | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        """`paths` take a raw picture and a form; `ready_path` answers 200 when all is loaded.

        `{port}` in the command and in a setting's value becomes the port.
        """
        self.name = name
        self._raw_path, self._form_path = paths
        self._ready_path = ready_path
        self.port = free_port()
        self._command = [part.format(port=self.port) for part in command]
        inherited = {
            key: value
            for key, value in os.environ.items()
            # a start that must compile every module again is not what users see
            if not key.startswith(PREFIX) and key != "PYTHONDONTWRITEBYTECODE"
        }
        ours = {k: v.format(port=self.port) for k, v in (settings or {}).items()}
        self._environment = inherited | ours

    def url(self, body: Body, upload: Upload) -> str:
        """Where `body` is taken."""
        path = self._raw_path if body is upload.raw else self._form_path
        return f"http://127.0.0.1:{self.port}{path}"

    def url_of(self, path: str) -> str:
        """Any other path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def answer_one(self, upload: Upload) -> None:
        """Wait until everything is loaded and one prediction is answered.

        Raises:
            BenchmarkError: the process ended, or did not answer with 200 in time.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        if self._ready_path:
            self._until_200(deadline, "GET", self._ready_path)
        self._until_200(deadline, "POST", self._raw_path, upload.png, upload.raw.content_type)

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self._command,
            cwd=REPOSITORY,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    @property
    def pid(self) -> int:
        """The first process."""
        return self._process.pid

    def cpu_s(self) -> float:
        """CPU time so far of all its processes, in seconds."""
        return proc.cpu_s(self.pid)

    def memory(self) -> proc.Memory:
        """Memory of all its processes."""
        return proc.memory(self.pid)

    def _until_200(
        self, deadline: float, method: str, path: str, body: bytes = b"", content_type: str = ""
    ) -> None:
        came = "no answer"
        while time.monotonic() < deadline and self._process.poll() is None:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT_S)
            try:
                connection.request(method, path, body, {"Content-Type": content_type})
                response = connection.getresponse()
                came = f"{response.status}: {response.read(500)!r}"
                if response.status == 200:
                    return
            except (OSError, HTTPException) as error:
                came = str(error)
            finally:
                connection.close()
            time.sleep(POLL_S)
        self._log.seek(0)
        last = self._log.read()[-1000:].decode(errors="replace")
        raise BenchmarkError(
            f"{self.name}: expected 200 from {method} {path}, got {came}; its log ends: {last}"
        )


def ours(workers: int = 1) -> Server:
    """Our service with its default settings."""
    path = "/predict/?model=cnn"
    settings = {f"{PREFIX}PORT": "{port}", f"{PREFIX}WORKERS": str(workers)}
    command = [sys.executable, "-m", "ml_engine_and_backend"]
    return Server("ours", command, (path, path), "/ready", settings)


def baseline() -> Server:
    """The baseline with uvicorn's default settings."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "benchmarks.baseline:create_app"]
    return Server("baseline", [*command, "--port", "{port}"], ("/predict/raw", "/predict/"))


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
