"""At most so many POST requests at once, each after a bounded wait; all others pass."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from ml_engine_and_backend.api.middleware import admission
from ml_engine_and_backend.api.middleware.admission import Admission
from tests.api.asgi import Answer, call, request
from tests.api.conftest import PNG, application

WAIT_S = 0.05


class Busy:
    """An application that answers once it is released, and knows how many it works on."""

    def __init__(self) -> None:
        self.at_work = self.most = 0
        self.full = asyncio.Event()  # set while two are at work
        self.released = asyncio.Event()
        self.error: type[Exception] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        if self.at_work == 2:
            self.full.set()
        try:
            if scope["method"] == "POST":
                await self.released.wait()
            if self.error:
                raise self.error
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body"})
        finally:
            self.at_work -= 1
            self.full.clear()


def run(scenario: Callable[[Busy, Admission], Awaitable[None]], wait_s: float = WAIT_S) -> None:
    async def in_loop() -> None:
        app = Busy()
        await asyncio.wait_for(scenario(app, Admission(app, slots=2, wait_s=wait_s)), 20)

    asyncio.run(in_loop())


def post(app: Admission) -> asyncio.Task[Answer]:
    return asyncio.create_task(call(app, request("POST")))


def test_requests_past_the_slots_wait_and_are_then_refused() -> None:
    async def scenario(app: Busy, admitted: Admission) -> None:
        started = time.monotonic()
        tasks = [post(admitted) for _ in range(5)]
        refused = [await task for task in tasks[2:]]
        assert time.monotonic() - started >= WAIT_S
        app.released.set()
        assert [(await task).status for task in tasks[:2]] == [200, 200]
        assert app.most == 2
        for answer in refused:
            assert answer.status == 503
            assert answer.header("retry-after") == "1"
            assert answer.header("content-type") == "application/problem+json"
            problem = json.loads(answer.body)
            assert problem["type"].endswith(":over-capacity")
            assert "at most 2 requests at once" in problem["detail"]

    run(scenario)


def test_slots_are_released_after_errors_and_cancellations() -> None:
    async def scenario(app: Busy, admitted: Admission) -> None:
        app.error = KeyError
        app.released.set()
        for _ in range(5):
            with pytest.raises(KeyError):
                await post(admitted)
        app.error = None
        app.released.clear()
        for _ in range(3):
            tasks = [post(admitted) for _ in range(4)]
            await app.full.wait()
            for task in tasks:  # at work, and waiting
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        app.released.set()
        assert [(await post(admitted)).status for _ in range(3)] == [200] * 3

    run(scenario)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_other_methods_are_not_limited(method: str) -> None:
    async def scenario(app: Busy, admitted: Admission) -> None:
        busy = [post(admitted) for _ in range(2)]
        await app.full.wait()
        assert (await call(admitted, request(method))).status == 200
        app.released.set()
        await asyncio.gather(*busy)

    run(scenario)


def test_predictions_do_not_wait_for_what_waits_for_the_database() -> None:
    async def scenario(app: Busy, admitted: Admission) -> None:
        busy = [post(admitted) for _ in range(2)]
        await app.full.wait()
        assert (await post(admitted)).status == 503
        prediction = asyncio.create_task(call(admitted, request("POST", path="/predict")))
        await asyncio.sleep(2 * WAIT_S)
        assert app.at_work == 3
        app.released.set()
        assert (await prediction).status == 200
        await asyncio.gather(*busy)

    run(scenario)


def test_slow_uploads_hold_slots_and_the_service_answers_on() -> None:
    async def crowd() -> list[int]:
        app = application()
        released = asyncio.Event()

        async def picture() -> AsyncIterator[bytes]:
            await released.wait()
            yield PNG

        transport = httpx.ASGITransport(app)
        headers = {"Content-Type": "image/png"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            tasks = [
                asyncio.create_task(client.post("/predict/", content=picture(), headers=headers))
                for _ in range(admission.MAX_AT_WORK + 2)
            ]
            refused = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            assert {task.result().status_code for task in refused[0]} == {503}
            assert (await client.get("/health")).status_code == 200
            assert (await client.get("/models")).status_code == 200
            released.set()
            return sorted([(await task).status_code for task in tasks])

    assert asyncio.run(crowd()) == [200] * admission.MAX_AT_WORK + [503] * 2
