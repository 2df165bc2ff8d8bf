"""Bursts of wrk against a small server that remembers what came."""

import asyncio
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from benchmarks import wrk
from benchmarks.errors import BenchmarkError
from benchmarks.picture import Upload
from benchmarks.server import free_port
from tests.conftest import leave_out

REFUSAL_S = 0.05


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    return Upload(b"\x00\x01 any bytes \xff", tmp_path)


class Application:
    """Refuses every second POST with 503, late; keeps the bodies and media types."""

    def __init__(self) -> None:
        self.requests = 0
        self.received: set[tuple[bytes, bytes]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1
        is_refused = self.requests % 2 == 0
        body = (await receive())["body"]
        sent = dict(scope["headers"])
        self.received.add((body, sent[b"content-type"]))
        if is_refused:
            await asyncio.sleep(REFUSAL_S)
        headers = [(b"content-length", b"0"), (b"x-request-id", sent.get(b"x-request-id", b""))]
        status = 503 if is_refused else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body"})


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def url(application: Application) -> Iterator[str]:
    if shutil.which("wrk") is None:
        leave_out("needs wrk (Debian: apt install wrk)")
    port = free_port()
    config = uvicorn.Config(application, port=port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}/predict/?model=cnn"
    server.should_exit = True
    thread.join()


def test_sends_the_body_and_counts_refusals_as_failures(
    url: str, application: Application, upload: Upload
) -> None:
    burst = wrk.burst(url, upload.form, connections=2, seconds=1)
    assert application.received == {
        (upload.form.file.read_bytes(), upload.form.content_type.encode())
    }
    assert burst.rate == pytest.approx(burst.requests / burst.seconds)
    assert burst.failed == pytest.approx(burst.requests / 2, abs=2)
    assert burst.by_status == {}


def test_keeps_the_latencies_of_refusals_apart(
    url: str, application: Application, upload: Upload
) -> None:
    burst = wrk.burst(url, upload.raw, connections=1, seconds=1, by_status=True)
    assert application.received == {(upload.png, b"image/png")}
    answered, refused = burst.by_status[200], burst.by_status[503]
    assert answered.count + refused.count == burst.requests
    assert refused.count == burst.failed
    assert 1e3 * REFUSAL_S <= refused.p50_ms <= refused.p99_ms
    assert answered.p50_ms < refused.p50_ms


def test_names_what_to_install_where_wrk_is_missing(
    monkeypatch: pytest.MonkeyPatch, upload: Upload
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BenchmarkError, match="apt install wrk"):
        wrk.burst("http://127.0.0.1:1/", upload.raw, connections=1, seconds=1)
