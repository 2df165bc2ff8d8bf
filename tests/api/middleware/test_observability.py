"""Request ids, access lines and counts; every kind of answer is in test_every_answer."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

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
