"""Several server processes on one port: started, watched, started again, stopped together."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from ml_engine_and_backend.api.sockets import bind
from ml_engine_and_backend.api.worker_metrics import mark_dead, prepare_workers

# the argument that makes a process one of the workers
WORKER: Final = "--worker"
# A worker that ends sooner than this is broken, not killed: starting it at once would only spin.
SHORT_LIFE_S: Final = 5.0
PAUSE_S: Final = 1.0
# exit statuses of a worker that will not come up however often it is tried
REFUSALS: Final = (1, 2, 3)

log = logging.getLogger(__name__)


class Workers:
    """Keeps `count` processes of `command` running until told to stop.

    A worker that dies takes only its own requests along and is started again. One that refuses to
    start stops them all: the others would refuse alike.
    """

    def __init__(
        self, command: Sequence[str], count: int, on_death: Callable[[int], None] = lambda _: None
    ) -> None:
        self._command = list(command)
        self._count = count
        self._on_death = on_death  # called with the process id
        self._stopping = threading.Event()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self.status = 0

    def run(self) -> int:
        """Start them and wait for their end; returns the exit status of the whole."""
        watchers = [
            threading.Thread(target=self._keep_one_running, name=f"worker {number}")
            for number in range(1, self._count + 1)
        ]
        for watcher in watchers:
            watcher.start()
        for watcher in watchers:
            watcher.join()
        return self.status

    def stop(self) -> None:
        """Let every worker finish what it has in flight and end."""
        with self._lock:
            self._stopping.set()
            for process in self._processes:
                process.terminate()

    def _keep_one_running(self) -> None:
        while True:
            started = time.monotonic()
            with self._lock:
                if self._stopping.is_set():
                    return
                process = subprocess.Popen(self._command)  # noqa: S603  our own command
                self._processes.append(process)
            status = process.wait()
            with self._lock:
                self._processes.remove(process)
            if self._stopping.is_set():
                return
            self._on_death(process.pid)
            lived_s = time.monotonic() - started
            if status in REFUSALS and lived_s < SHORT_LIFE_S:
                self.status = status
                self.stop()
                return
            log.error("Worker %d ended with status %d; starting another", process.pid, status)
            if lived_s < SHORT_LIFE_S:
                self._stopping.wait(PAUSE_S)


def run_workers(host: str, port: int, count: int) -> int:
    """Serve with `count` processes until SIGTERM or SIGINT; returns the exit status.

    Raises:
        OSError: the address cannot be listened on.
    """
    # tells a taken port before anything starts, and makes a number of 0
    with bind(host, port) as probe:
        os.environ["LADDER_PORT"] = str(probe.getsockname()[1])
    prepare_workers()
    workers = Workers([sys.executable, "-m", "ml_engine_and_backend", WORKER], count, mark_dead)
    for signum in (signal.SIGTERM, signal.SIGINT):
        # in a thread: the handler may interrupt a holder of the lock
        signal.signal(signum, lambda *_: threading.Thread(target=workers.stop).start())
    return workers.run()
