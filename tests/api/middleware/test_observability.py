import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.errors.handlers import add_error_handlers
from ml_engine_and_backend.api.middleware.observability import CLIENT_LEFT, Observed, add_observed
from ml_engine_and_backend.api.middleware.security_headers import SECURITY_HEADERS
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.observability import logs
from ml_engine_and_backend.api.page import POLICY, add_page
from ml_engine_and_backend.api.settings import Settings
from tests.api.asgi import call, request
from tests.api.conftest import PNG
from tests.api.scraping import Labels, Scrape
from tests.fakes import fake_ladder

NEW_ID = re.compile("[0-9a-f]{32}")
MAX_BYTES = 50_000


def labels(**values: str | int) -> Labels:
    return frozenset((name, str(value)) for name, value in values.items())


def application() -> FastAPI:
    """The whole one over a fake ladder, and two routes that break."""
    app = create_app(Settings(max_upload_bytes=MAX_BYTES), Serving(fake_ladder()))

    @app.get("/broken/{name}")
    async def broken(name: str) -> None:
        raise RuntimeError(name)

    @app.get("/broken-off")
    async def broken_off() -> StreamingResponse:
        async def content() -> AsyncIterator[bytes]:
            yield b"half of it"
            raise RuntimeError("the other half")

        return StreamingResponse(content())

    return app


PNG_TYPE = ("Content-Type", "image/png")
JSON_TYPE = ("Content-Type", "application/json")
# method, path, Content-Type, body, route, status
KINDS = [
    ("GET", "/health", None, b"", "/health", 200),
    ("POST", "/predict/", PNG_TYPE, PNG, "/predict/", 200),
    ("POST", "/predict/all", PNG_TYPE, PNG, "/predict/all", 200),
    ("POST", "/predict/", JSON_TYPE, b"{", "/predict/", 400),
    ("GET", "/nowhere", None, b"", "unmatched", 404),
    ("POST", "/nowhere", None, b"", "unmatched", 404),
    ("GET", "/models/resnet", None, b"", "/models/{name}", 404),
    ("POST", "/health", None, b"", "/health", 405),
    ("POST", "/predict/", PNG_TYPE, bytes(MAX_BYTES + 1), "/predict/", 413),
    ("POST", "/predict/", None, b"", "/predict/", 415),
    ("POST", "/predict/", PNG_TYPE, b"\x89PNG", "/predict/", 422),
    ("GET", "/broken/heart", None, b"", "/broken/{name}", 500),
]


@pytest.mark.parametrize(("method", "path", "content_type", "body", "route", "status"), KINDS)
def test_every_kind_of_answer_is_counted_exactly_and_carries_id_and_headers(
    method: str,
    path: str,
    content_type: tuple[str, str] | None,
    body: bytes,
    route: str,
    status: int,
) -> None:
    before = Scrape()
    with TestClient(application()) as client:
        headers = dict([content_type] if content_type else [])
        answers = [client.request(method, path, content=body, headers=headers) for _ in range(3)]
    after = Scrape()

    for answer in answers:
        assert answer.status_code == status
        assert NEW_ID.fullmatch(answer.headers["x-request-id"])
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
        if status >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3

    assert after.since(before, "http_requests_total") == {
        labels(method=method, route=route, status=status): 3
    }
    for name in ("http_request_duration_seconds_count", "http_request_duration_seconds_bucket"):
        grown = after.since(before, name)
        assert grown[labels(route=route) | (labels(le="+Inf") if "bucket" in name else set())] == 3
    assert after.of("http_requests_in_flight") == 0


def test_a_503_is_counted_by_its_reason() -> None:
    before = Scrape()
    with TestClient(create_app(Settings(), Serving(ladder=None))) as client:
        for _ in range(2):
            assert client.get("/ready").status_code == 503
    assert Scrape().since(before, "ladder_refused_total") == {labels(reason="not-ready"): 2}


@pytest.mark.parametrize("given", ["a", "A-1_b.9", "0" * 64])
def test_a_requests_own_id_is_echoed(client: TestClient, given: str) -> None:
    assert client.get("/health", headers={"X-Request-ID": given}).headers["x-request-id"] == given
    problem = client.get("/nowhere", headers={"X-Request-ID": given})
    assert problem.json()["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", " ", "0" * 65, "a b", "a\nb", "a\r\nSet-Cookie: x=1", "é", '"', "<b>", "a,b"]
)
def test_any_other_id_is_replaced(given: str) -> None:
    scope = request("GET", "/health", [("X-Request-ID", given)])
    answer = asyncio.run(call(application(), scope))
    assert NEW_ID.fullmatch(answer.header("x-request-id"))


def test_the_id_is_there_for_whoever_logs_on_a_thread_too() -> None:
    app = FastAPI()

    @app.get("/here")
    async def here() -> str | None:
        return logs.request_id.get()

    @app.get("/on-a-thread")
    def on_a_thread() -> str | None:
        return logs.request_id.get()

    add_observed(app)
    with TestClient(app) as client:
        for path in ("/here", "/on-a-thread"):
            answer = client.get(path)
            assert answer.json() == answer.headers["x-request-id"]
    assert logs.request_id.get() is None


def test_the_page_keeps_its_own_policy_and_is_one_route(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>Digit Ladder</title>")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    app = FastAPI()
    add_page(app, tmp_path)
    add_observed(app)
    before = Scrape()
    with TestClient(app) as client:
        for path in ("/", "/favicon.svg"):
            answer = client.get(path)
            assert answer.headers.get_list("content-security-policy") == [POLICY]
            assert answer.headers["x-frame-options"] == "DENY"
        assert client.get("/gone.svg").status_code == 404
    grown = Scrape().since(before, "http_requests_total")
    assert {tuple(sorted(dict(key).values())): by for key, by in grown.items()} == {
        ("/", "200", "GET"): 1,
        ("200", "GET", "page"): 1,
        ("404", "GET", "unmatched"): 1,
    }


def test_an_unexpected_error_is_logged_once_with_the_id(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str | None] = []

    class Ids(logging.Handler):
        def emit(self, _: logging.LogRecord) -> None:
            seen.append(logs.request_id.get())

    handlers = Ids(level=logging.ERROR)
    logging.getLogger().addHandler(handlers)
    try:
        # answered, so it is not the server's to log and to end the connection
        answer = asyncio.run(call(application(), request("GET", "/broken/heart")))
    finally:
        logging.getLogger().removeHandler(handlers)
    assert answer.status == 500
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info
    assert str(record.exc_info[1]) == "heart"
    assert seen == [answer.header("x-request-id")]


def test_an_answer_that_breaks_off_is_the_servers_to_end() -> None:
    before = Scrape()
    with pytest.raises(RuntimeError, match="the other half"):
        asyncio.run(call(application(), request("GET", "/broken-off")))
    after = Scrape()
    assert after.since(before, "http_requests_total") == {
        labels(method="GET", route="/broken-off", status=200): 1
    }
    assert after.of("http_requests_in_flight") == 0


def test_an_application_that_raises_without_an_answer_counts_as_500() -> None:
    async def raises(_: Scope, __: Receive, ___: Send) -> None:
        raise RuntimeError

    before = Scrape()
    with pytest.raises(RuntimeError):
        asyncio.run(call(Observed(raises), request()))
    assert Scrape().since(before, "http_requests_total") == {
        labels(method="GET", route="unmatched", status=500): 1
    }


def test_a_client_that_leaves_is_no_error_of_ours() -> None:
    before = Scrape()
    scope = request("POST", "/predict/", [PNG_TYPE])
    asyncio.run(call(application(), scope, [PNG[:9]], leaves=True))
    after = Scrape()
    assert after.since(before, "http_requests_total") == {
        labels(method="POST", route="/predict/", status=CLIENT_LEFT): 1
    }
    assert after.of("http_requests_in_flight") == 0


def test_a_request_that_is_cancelled_is_in_flight_no_more() -> None:
    waits = asyncio.Event()

    async def never(_: Scope, __: Receive, ___: Send) -> None:
        waits.set()
        await asyncio.sleep(60)

    async def cancel() -> None:
        task = asyncio.create_task(call(Observed(never), request()))
        await waits.wait()
        assert Scrape().of("http_requests_in_flight") == 1
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    before = Scrape()
    asyncio.run(cancel())
    after = Scrape()
    assert after.of("http_requests_in_flight") == 0
    assert after.since(before, "http_requests_total") == {
        labels(method="GET", route="unmatched", status=CLIENT_LEFT): 1
    }


def test_bytes_are_counted_as_they_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, object]] = []
    monkeypatch.setattr(logs, "access", lambda **fields: told.append(fields))
    app = FastAPI()

    @app.post("/length")
    async def length(request: Request) -> JSONResponse:
        return JSONResponse(len(await request.body()))

    add_observed(app)
    answer = asyncio.run(call(app, request("POST", "/length"), [b"abc", b"", b"de"]))
    assert answer.body == b"5"
    (line,) = told
    assert 0 < float(str(line.pop("duration_s"))) < 10
    assert line == {
        "request": answer.header("x-request-id"),
        "method": "POST",
        "route": "/length",
        "status": 200,
        "client": "192.0.2.7",
        "bytes_in": 5,
        "bytes_out": 1,
    }


def test_an_unexpected_error_is_answered_by_our_handler_inside() -> None:
    app = FastAPI()
    add_error_handlers(app)
    add_observed(app)

    @app.get("/")
    async def root() -> None:
        raise RuntimeError("a secret of ours")

    answer = asyncio.run(call(app, request()))
    assert answer.header("content-type") == "application/problem+json"
    assert b"secret" not in answer.body


def test_what_is_no_request_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["type"])

    before = Scrape()
    for kind in ("lifespan", "websocket"):
        asyncio.run(call(Observed(app), {"type": kind}))
    assert seen == ["lifespan", "websocket"]
    assert not Scrape().since(before, "http_requests_total")
