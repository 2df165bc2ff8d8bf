"""Request ids, access lines and counts; every kind of answer is in test_every_answer."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from ml_engine_and_backend.api.middleware.observability import Observability
from ml_engine_and_backend.api.observability import logs
from tests.api.asgi import call, request
from tests.api.conftest import PNG, application
from tests.api.scraping import Labels, Scrape

NEW_ID = re.compile("[0-9a-f]{32}")


def labels(**values: str | int) -> Labels:
    return frozenset((name, str(value)) for name, value in values.items())


def breaking() -> FastAPI:
    """The application, with a route that fails before and one that fails within its answer."""
    app = application()

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


def test_requests_are_counted_and_timed_by_route(client: TestClient) -> None:
    before = Scrape()
    for name in ("low", "middle", "high", "low"):
        client.get(f"/models/{name}")
    after = Scrape()
    route = "/models/{name}"
    counted = {labels(method="GET", route=route, status=200): 4}
    assert after.since(before, "http_requests_total") == counted
    timed = after.since(before, "http_request_duration_seconds_count")
    assert timed == {labels(route=route): 4}


def test_503_is_counted_by_its_reason() -> None:
    app = application()
    app.state.registry.publish(None, "none is left")
    before = Scrape()
    for _ in range(2):
        asyncio.run(call(app, request("GET", "/ready")))
    assert Scrape().since(before, "ladder_refused_total") == {labels(reason="not-ready"): 2}


@pytest.mark.parametrize("given", ["a", "A-1_b.9", "0" * 64])
def test_request_id_is_taken_over(client: TestClient, given: str) -> None:
    assert client.get("/health", headers={"X-Request-ID": given}).headers["x-request-id"] == given
    problem = client.get("/nowhere", headers={"X-Request-ID": given})
    assert problem.json()["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", " ", "0" * 65, "a b", "a\nb", "a\r\nSet-Cookie: x=1", "é", '"', "<b>", "a,b"]
)
def test_request_id_of_other_characters_is_replaced(given: str) -> None:
    scope = request("GET", "/health", [("X-Request-ID", given)])
    answer = asyncio.run(call(application(), scope))
    assert NEW_ID.fullmatch(answer.header("x-request-id"))


def test_request_ids_differ(client: TestClient) -> None:
    ids = {client.get("/health").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


def test_request_id_is_known_on_threads_too() -> None:
    app = FastAPI()

    @app.get("/here")
    async def here() -> str | None:
        return logs.request_id.get()

    @app.get("/on-a-thread")
    def on_a_thread() -> str | None:
        return logs.request_id.get()

    app.add_middleware(Observability)
    client = TestClient(app)
    for path in ("/here", "/on-a-thread"):
        answer = client.get(path)
        assert answer.json() == answer.headers["x-request-id"]
    assert logs.request_id.get() is None


def test_unexpected_error_is_logged_once_with_the_request_id_and_hidden_from_the_client(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[str | None] = []

    class Ids(logging.Handler):
        def emit(self, _: logging.LogRecord) -> None:
            seen.append(logs.request_id.get())

    handler = Ids(level=logging.ERROR)
    logging.getLogger().addHandler(handler)
    try:
        answer = asyncio.run(call(breaking(), request("GET", "/broken/heart")))
    finally:
        logging.getLogger().removeHandler(handler)
    assert answer.status == 500
    assert b"heart" not in answer.body
    assert b"Traceback" not in answer.body
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info
    assert str(record.exc_info[1]) == "heart"
    assert seen == [answer.header("x-request-id")]


def test_an_answer_that_breaks_off_is_raised_to_the_server() -> None:
    before = Scrape()
    with pytest.raises(RuntimeError, match="the other half"):
        asyncio.run(call(breaking(), request("GET", "/broken-off")))
    after = Scrape()
    counted = {labels(method="GET", route="/broken-off", status=200): 1}
    assert after.since(before, "http_requests_total") == counted
    assert after.of("http_requests_in_flight") == 0


def test_a_client_that_leaves_is_counted_as_499() -> None:
    before = Scrape()
    scope = request("POST", "/predict/", [("Content-Type", "image/png")])
    asyncio.run(call(application(), scope, [PNG[:9]], leaves=True))
    after = Scrape()
    counted = {labels(method="POST", route="/predict/", status=499): 1}
    assert after.since(before, "http_requests_total") == counted
    assert after.of("http_requests_in_flight") == 0


def test_a_cancelled_request_is_in_flight_no_more() -> None:
    begun = asyncio.Event()

    async def never(_: Scope, __: Receive, ___: Send) -> None:
        begun.set()
        await asyncio.sleep(60)

    async def cancel() -> None:
        task = asyncio.create_task(call(Observability(never), request()))
        await begun.wait()
        assert Scrape().of("http_requests_in_flight") == 1
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert Scrape().of("http_requests_in_flight") == 0


def test_access_line_counts_bytes_as_they_come_and_go(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()

    @app.post("/length")
    async def length(request: Request) -> JSONResponse:
        return JSONResponse(len(await request.body()))

    app.add_middleware(Observability)
    with caplog.at_level(logging.INFO, "ml_engine_and_backend.access"):
        asyncio.run(call(app, request("POST", "/length"), [b"abc", b"", b"de"]))
    (line,) = [r.__dict__ for r in caplog.records if r.name == "ml_engine_and_backend.access"]
    expected: dict[str, Any] = {
        "method": "POST",
        "route": "/length",
        "status": 200,
        "client": "192.0.2.7",
        "bytes_in": 5,
        "bytes_out": 1,
    }
    assert {name: line[name] for name in expected} == expected
    assert 0 < line["duration_ms"] < 10_000


def test_lifespan_and_websockets_pass_uncounted() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["type"])

    before = Scrape()
    for kind in ("lifespan", "websocket"):
        asyncio.run(call(Observability(app), {"type": kind}))
    assert seen == ["lifespan", "websocket"]
    assert not Scrape().since(before, "http_requests_total")
