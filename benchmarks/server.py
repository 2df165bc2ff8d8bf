"""The servers that are measured, as processes: the service and the baseline."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from typing import Final, Self

import psutil
from prometheus_client.parser import text_string_to_metric_families

from benchmarks import wrk
from benchmarks.errors import BenchmarkError
from benchmarks.picture import FORM, RAW, Body, Upload
from benchmarks.wrk import Burst
from ml_engine_and_backend.api.settings import PREFIX, REPOSITORY

START_TIMEOUT_S: Final = 180  # TensorFlow on a machine that is busy otherwise
STOP_TIMEOUT_S: Final = 20
POLL_S: Final = 0.002
NO_DATABASE: Final = "none"


class Server:
    """A server process, started on entering and stopped on leaving; CPU and memory of its tree.

    `paths` says where each kind of body is taken; `ready_path` answers 200 when every model is
    loaded. `{port}` in the command and in the settings becomes a free port. Variables of the
    service in our own environment are not passed on.
    """

    def __init__(
        self,
        command: Sequence[str],
        upload: Upload,
        paths: Mapping[str, str],
        ready_path: str = "",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._upload = upload
        self._paths = paths
        self._ready_path = ready_path
        self._port = free_port()
        self._command = [part.format(port=self._port) for part in command]
        # without compiled modules, the start would be one that users see only once
        left_out = {"PYTHONDONTWRITEBYTECODE", "PORT", "WEB_CONCURRENCY"}
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(PREFIX) and name not in left_out
        } | {name: value.format(port=self._port) for name, value in (settings or {}).items()}

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

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The first process; workers are below it."""
        return self._process.pid

    def answer_one(self) -> None:
        """Wait until every model is loaded and one prediction is answered.

        Raises:
            BenchmarkError: the process ended, or did not answer with 200 in time.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        if self._ready_path:
            self._await_200(deadline, "GET", self._ready_path)
        self._await_200(
            deadline, "POST", self._paths[RAW], self._upload.png, self._upload.raw.content_type
        )

    def burst(
        self,
        body: Body,
        connections: int,
        seconds: int,
        *,
        path: str | None = None,
        by_status: bool = False,
    ) -> Burst:
        """Load by wrk, with the CPU time that it cost; `path` where it is not the body's own.

        Raises:
            BenchmarkError: wrk failed, or nothing was answered.
        """
        self.answer_one()  # what an earlier burst left in the queue is done by then
        url = f"{self.url}{path or self._paths[body.kind]}"
        before_s = self.cpu_s()
        came = wrk.burst(url, body, connections, seconds, by_status=by_status)
        return replace(came, server_cpu_s=self.cpu_s() - before_s)

    def count(self, metric: str) -> float:
        """The sum of the samples called `metric`, as `/metrics` has them.

        Raises:
            BenchmarkError: the process ended, or did not answer with 200 in time.
        """
        text = self._await_200(time.monotonic() + START_TIMEOUT_S, "GET", "/metrics")
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == metric
        )

    def memory_mb(self) -> float:
        """Resident memory of all its processes, in megabytes of 1,000,000 bytes."""
        return sum(process.memory_info().rss for process in self._tree()) / 1e6

    def cpu_s(self) -> float:
        """CPU time that all its processes have taken, in seconds."""
        times = [process.cpu_times() for process in self._tree()]
        return sum(each.user + each.system for each in times)

    def _tree(self) -> list[psutil.Process]:
        root = psutil.Process(self.pid)
        return [root, *root.children(recursive=True)]

    def _await_200(
        self, deadline: float, method: str, path: str, body: bytes = b"", content_type: str = ""
    ) -> str:
        """The body of the answer."""
        came = "no answer"
        while time.monotonic() < deadline and self._process.poll() is None:
            connection = HTTPConnection("127.0.0.1", self._port, timeout=START_TIMEOUT_S)
            try:
                connection.request(method, path, body, {"Content-Type": content_type})
                response = connection.getresponse()
                text = response.read().decode()
                came = f"{response.status}: {text[:500]!r}"
                if response.status == 200:
                    return text
            except (OSError, HTTPException) as error:
                came = str(error)
            finally:
                connection.close()
            time.sleep(POLL_S)
        self._log.seek(0)
        log_end = self._log.read()[-1000:].decode(errors="replace")
        raise BenchmarkError(
            f"expected 200 from {method} {path}, got {came}; the server's log ends: {log_end}"
        )


def service(upload: Upload, workers: int = 1, database_url: str | None = None) -> Server:
    """The service with its default settings; by default, SQLite in a new file beside the upload."""
    path = "/predict/?model=cnn"
    database_url = database_url or f"sqlite:///{upload.raw.file.parent}/{{port}}.sqlite3"
    return Server(
        [sys.executable, "-m", "ml_engine_and_backend"],
        upload,
        {RAW: path, FORM: path},
        "/ready",
        {
            f"{PREFIX}PORT": "{port}",
            f"{PREFIX}WORKERS": str(workers),
            f"{PREFIX}DATABASE_URL": database_url,
        },
    )


def baseline(upload: Upload) -> Server:
    """The baseline with uvicorn's default settings."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "benchmarks.baseline:create_app"]
    paths = {RAW: "/predict/raw", FORM: "/predict/"}
    return Server([*command, "--port", "{port}"], upload, paths)


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
