"""The service as a process of its own, over a real socket."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ml_engine_and_backend.api.settings import REPOSITORY
from tests.api.conftest import PNG
from tests.api.scraping import Scrape

PNG_TYPE = {"Content-Type": "image/png"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(log: Path, *options: str, python_path: Path | None = None) -> Iterator[str]:
    """The service in a process of its own, with Python's `options`, once it is ready; its URL."""
    port = free_port()
    environment = os.environ | {"LADDER_PORT": str(port), "LADDER_LOG_LEVEL": "warning"}
    if python_path is not None:
        environment["PYTHONPATH"] = str(python_path)
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, *options, "-m", "ml_engine_and_backend"],
            cwd=REPOSITORY,
            env=environment,
            stderr=stderr,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1_200):
            try:
                if httpx.get(f"{url}/ready").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        else:
            raise AssertionError(f"not ready within a minute (exit status {process.poll()})")
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("server") / "log") as url:
        yield url


def test_no_garbage_is_collected_before_it_serves(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as url:
        before = Scrape(httpx.get(f"{url}/metrics").text)
        httpx.get(f"{url}/openapi.json")  # makes many objects
        after = Scrape(httpx.get(f"{url}/metrics").text)
    name = "python_gc_collections_total"
    # 15 and 1 where the collector runs while modules are imported
    assert before.of(name, generation=1) <= 5
    assert before.of(name, generation=2) == 0
    assert after.of(name, generation=0) > before.of(name, generation=0)


def test_it_answers(url: str) -> None:
    for path in ("/predict", "/predict/", "/predict/all"):
        response = httpx.post(url + path, content=PNG, headers=PNG_TYPE)
        assert response.status_code == 200, response.text


def test_what_a_first_prediction_does_not_need_is_not_imported(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "-X", "importtime") as url:
        assert httpx.post(f"{url}/predict", content=PNG, headers=PNG_TYPE).status_code == 200
    lines = (tmp_path / "log").read_text().splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time")}
    assert {"fastapi", "ai_edge_litert.interpreter"} <= imported
    # of these, each takes 5 to 50 ms; the last is what FastAPI needs to call a function in a thread
    for name in ("scipy", "pydantic.v1.main", "anyio._backends._asyncio"):
        assert name not in imported


def test_no_package_is_searched_for_plugins(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "def report(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('entry_points.txt'):\n"
        "        print('SEARCHED', arguments[0], file=sys.stderr, flush=True)\n"
        "sys.addaudithook(report)\n"
        "print('WATCHING', file=sys.stderr, flush=True)\n"
    )
    with serving(tmp_path / "log", python_path=tmp_path):
        pass
    log = (tmp_path / "log").read_text()
    assert "WATCHING" in log
    assert "SEARCHED" not in log


def test_it_describes_itself_as_the_page_was_told(url: str) -> None:
    description = json.loads((REPOSITORY / "frontend" / "openapi.json").read_text())
    assert httpx.get(f"{url}/openapi.json").json() == description


@pytest.mark.parametrize("megabytes", [2, 20])
def test_a_large_body_gets_its_413_whatever_the_client_is_like(url: str, megabytes: int) -> None:
    body = bytes(megabytes * 1_000_000)
    assert httpx.post(f"{url}/predict/", content=body, headers=PNG_TYPE).status_code == 413
    chunks = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    assert httpx.post(f"{url}/predict/", content=chunks, headers=PNG_TYPE).status_code == 413
    # this client sends everything before it looks for an answer
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(urllib.request.Request(f"{url}/predict/", body, PNG_TYPE))
    assert error.value.code == 413
    error.value.close()
    assert httpx.get(f"{url}/ready").status_code == 200


def test_a_client_that_waits_for_a_word_is_spared_the_sending(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(
            b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Type: image/png\r\n"
            b"Content-Length: 20000000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_leaves_in_the_middle_harms_nobody(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    for _ in range(80):  # more than there are places
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(
                b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Type: image/png\r\n"
                b"Content-Length: 1000\r\n\r\n\x89PNG"
            )
    time.sleep(0.2)
    assert httpx.post(f"{url}/predict/", content=PNG, headers=PNG_TYPE).status_code == 200
