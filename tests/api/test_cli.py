"""Both commands as processes: they serve the same; workers are replaced; a stop is clean."""

import json
import os
import signal
import socket
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import PNG
from tests.api.process import COMMAND, STOCK, Service, running, wait_until
from tests.api.scraping import Scrape
from tests.conftest import leave_out

PNG_TYPE = {"Content-Type": "image/png"}


def predict(service: Service) -> httpx.Response:
    return httpx.post(service.url + "/predict/", content=PNG, headers=PNG_TYPE, timeout=30)


def what_is_served(log: Path, command: tuple[str, ...]) -> list[Any]:
    """Statuses, names of headers and contents, and the fields of log lines."""
    answers: list[Any] = []
    with running(log, {"LADDER_LOG_FORMAT": "json"}, command) as service:
        for method, path in [
            *(("GET", "/health"), ("GET", "/"), ("GET", "/docs"), ("GET", "/v2/")),
            *(("HEAD", "/models"), ("GET", "/nowhere"), ("OPTIONS", "/predict/")),
        ]:
            answer = httpx.request(method, service.url + path)
            # uvicorn's own command names it
            answers.append((answer.status_code, set(answer.headers) - {"server"}))
        answers.append(predict(service).json())
        wait_until(lambda: "POST /predict/ 200" in service.log.read_text())
        lines = [json.loads(line) for line in service.lines() if line.startswith("{")]
    access = [line for line in lines if line["logger"].endswith(".access")]
    assert {"time", "level", "message", "request_id", "route", "bytes_in"} <= set(access[-1])
    answers.append([(set(line), line["status"], line["route"]) for line in access])
    return answers


def test_uvicorns_command_serves_what_ours_does(tmp_path: Path) -> None:
    ours = what_is_served(tmp_path / "ours", COMMAND)
    stock = what_is_served(tmp_path / "stock", STOCK)
    # the looks at /ready while it starts differ in number
    ready = ours[-1][0]
    assert [line for line in ours.pop() if line[2] != "/ready"] == [
        line for line in stock.pop() if line[2] != "/ready"
    ]
    assert ready[2] == "/ready"
    assert ours == stock


def workers_of(service: Service) -> list[int]:
    """The processes that serve: children of the supervisor that hold the port."""
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    pids = [int(pid) for pid in children.read_text().split()]
    # multiprocessing's resource tracker is one too
    return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def has_started(service: Service, workers: int) -> bool:
    """Whether so many have started since the service has."""
    return service.log.read_text().count("Application startup complete") >= workers


def test_a_killed_worker_is_replaced_and_requests_are_answered_on(tmp_path: Path) -> None:
    if sys.platform != "linux":
        leave_out("needs Linux: finds workers in /proc")
    with running(tmp_path / "log", {"LADDER_WORKERS": "2"}) as service:
        wait_until(partial(has_started, service, workers=2))
        first = workers_of(service)
        assert len(first) == 2
        for _ in range(20):
            assert predict(service).status_code == 200
        counted = {"method": "POST", "route": "/predict/", "status": "200"}

        def scrape() -> Scrape:
            return Scrape(service.get("/metrics").text)

        assert scrape().of("http_requests_total", **counted) == 20
        assert scrape().of("http_requests_in_flight") == 1  # the one that asks

        # a request in flight, whose worker is killed
        host, port = "127.0.0.1", int(service.url.rpartition(":")[2])
        with closing(socket.create_connection((host, port))) as connection:
            connection.sendall(
                b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Type: image/png\r\n"
                b"Content-Length: 99\r\n\r\n"
            )
            wait_until(lambda: scrape().of("http_requests_in_flight") == 2)
            for number, pid in enumerate(first, 3):
                os.kill(pid, signal.SIGKILL)
                wait_until(partial(has_started, service, workers=number))
                wait_until(service.is_ready)
        assert not set(workers_of(service)) & set(first)
        assert predict(service).status_code == 200
        # counts stay; what the dead had in flight does not
        assert scrape().of("http_requests_total", **counted) == 21
        assert scrape().of("http_requests_in_flight") == 1


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_lets_a_request_in_flight_finish(tmp_path: Path, workers: str) -> None:
    with running(tmp_path / "log", {"LADDER_WORKERS": workers}) as service:
        host, port = "127.0.0.1", int(service.url.rpartition(":")[2])
        with closing(socket.create_connection((host, port), timeout=20)) as connection:
            connection.sendall(
                b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Type: image/png\r\n"
                b"Content-Length: %d\r\n\r\n" % len(PNG) + PNG[:99]
            )
            time.sleep(0.3)
            service.process.send_signal(signal.SIGTERM)
            wait_until(lambda: "Shutting down" in service.log.read_text())
            connection.sendall(PNG[99:])
            answer = connection.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert service.process.wait(20) in (0, -signal.SIGTERM)
    with pytest.raises(httpx.TransportError):
        service.get("/health")
