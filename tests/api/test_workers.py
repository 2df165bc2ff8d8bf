"""Several processes on one port: they share the work, and the death of one is its own."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.api.workers import Workers
from tests.api.conftest import PNG
from tests.api.test_server import free_port

COMMAND = [sys.executable, "-m", "ml_engine_and_backend"]
HEADERS = {"Content-Type": "image/png"}


def wait_until(holds: Callable[[], bool], timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def serving(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The service with two workers over the lowest rung; its log is in `folder`."""
    models = folder / "models"
    if not models.exists():
        shutil.copytree(REPOSITORY / "models" / "single_layer", models / "single_layer")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(COMMAND, env=settings(port, 2, models), stderr=log)
    try:
        wait_until(lambda: is_up(port))
        wait_until(lambda: len(children(process.pid)) == 2)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def settings(port: int, workers: int, models: Path) -> dict[str, str]:
    ours = {"LADDER_PORT": port, "LADDER_WORKERS": workers, "LADDER_MODELS_DIR": models}
    return os.environ | {name: str(value) for name, value in ours.items()}


def children(pid: int) -> set[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return {
        int(child)
        for path in listed.parents[1].glob("*/children")
        for child in path.read_text().split()
    }


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_a_killed_worker_takes_only_its_own_requests_along(tmp_path: Path) -> None:
    port = free_port()
    with serving(port, tmp_path) as process:
        answers: Counter[str] = Counter()
        stop = threading.Event()

        def call() -> None:
            while not stop.is_set():
                try:
                    # a connection of its own each time: the kernel picks the worker
                    url = f"http://127.0.0.1:{port}/predict/"
                    response = httpx.post(url, content=PNG, headers=HEADERS, timeout=20)
                    answers[str(response.status_code)] += 1
                except httpx.TransportError:
                    answers["broken"] += 1

        callers = [threading.Thread(target=call) for _ in range(4)]
        for caller in callers:
            caller.start()
        wait_until(lambda: answers["200"] > 20)
        before = children(process.pid)
        os.kill(min(before), signal.SIGKILL)
        # another one takes its place, while the work goes on
        wait_until(lambda: len(children(process.pid) - before) == 1)
        seen = answers["200"]
        wait_until(lambda: answers["200"] > seen + 20)
        stop.set()
        for caller in callers:
            caller.join()
        # what it had in its hands and in its queue, at most one of each caller
        assert answers["broken"] <= len(callers)
        assert set(answers) <= {"200", "broken"}
        workers = children(process.pid)
    assert process.returncode == 0
    wait_until(lambda: not any(is_alive(worker) for worker in workers))


def test_workers_share_their_port_with_nobody_else_and_outlive_nobody(tmp_path: Path) -> None:
    port = free_port()
    with serving(port, tmp_path) as process:
        for count in (1, 2):
            second = subprocess.run(
                COMMAND,
                env=settings(port, count, tmp_path / "models") | {"LADDER_LOG_LEVEL": "error"},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert second.returncode == 1
            sentence = f"expected to listen on 127.0.0.1:{port}: Address already in use"
            assert sentence in second.stderr
            assert "Traceback" not in second.stderr
        workers = children(process.pid)
        process.kill()
        wait_until(lambda: not any(is_alive(worker) for worker in workers))


def test_workers_that_refuse_to_start_are_not_tried_for_ever() -> None:
    workers = Workers([sys.executable, "-c", "raise SystemExit(3)"], 2)
    assert workers.run() == 3


def test_a_worker_that_dies_at_once_is_tried_again_after_a_pause(tmp_path: Path) -> None:
    mark = tmp_path / "lives"
    script = f"import os; open({str(mark)!r}, 'a').write('x'); os.kill(os.getpid(), 9)"
    workers = Workers([sys.executable, "-c", script], 1)
    thread = threading.Thread(target=workers.run)
    thread.start()
    wait_until(lambda: mark.exists() and len(mark.read_text()) >= 2)
    workers.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert len(mark.read_text()) <= 4
