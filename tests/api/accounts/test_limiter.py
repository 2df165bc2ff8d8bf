"""Replicas count together in a real Redis, and each by itself while that is away."""

import asyncio
import logging
import time
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from limits import parse

from ml_engine_and_backend.api.accounts import limiter as module
from ml_engine_and_backend.api.accounts.attempts import OF_NAME_AND_ADDRESS
from ml_engine_and_backend.api.accounts.limiter import Limiter
from tests.api.accounts.people import PASSWORD, assert_problem, browser, sign_in, sign_up
from tests.api.conftest import application
from tests.api.process import wait_until
from tests.redis_server import Redis

RATE = parse("4/hour")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no Redis that is away."""
    monkeypatch.setattr(module, "TIMEOUT_S", 5)


def replica(redis: Redis, folder: Path) -> FastAPI:
    """One of several applications on the same database, Redis and secret."""
    return application(
        rate_limit="20/hour",
        rate_limit_store=redis.url,
        database_url=f"sqlite:///{folder}/ladder.sqlite3",
        secret_key="s" * 32,
    )


def test_limiters_of_two_processes_count_together(redis: Redis) -> None:
    first, second = Limiter(redis.url), Limiter(redis.url)
    counts = [limiter.hit(RATE, "a") for limiter in (first, second) * 3]
    assert [count.is_allowed for count in counts] == [True] * 4 + [False] * 2
    assert [count.remaining for count in counts] == [3, 2, 1, 0, 0, 0]
    # Redis counts in whole milliseconds, by a clock of its own
    assert all(0 < count.reset_at - time.time() < 3600.1 for count in counts)
    assert second.hit(RATE, "b").remaining == 3
    assert first.counting == second.counting == "shared"
    assert Limiter().counting == "process"


def test_counts_by_itself_while_redis_is_away_and_says_so_once(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.02)
    caplog.set_level(logging.INFO, logger=module.log.name)
    limiter = Limiter(redis.url)
    assert limiter.hit(RATE, "a").remaining == 3
    redis.kill()
    remaining = []
    for _ in range(6):
        remaining.append(limiter.hit(RATE, "a").remaining)
        time.sleep(0.03)  # it is looked at again, and still away
    # from nothing, and then held to the limit all the same
    assert remaining == [3, 2, 1, 0, 0, 0]
    assert limiter.counting == "away"
    assert "refused" in str(limiter.reason)
    redis.start()
    wait_until(lambda: limiter.counting == "shared", 5)
    assert limiter.hit(RATE, "a").remaining == 3
    levels = [(record.levelname, record.message.split(":")[0]) for record in caplog.records]
    assert [level for level, _ in levels] == ["ERROR", "INFO"], levels


def test_requests_do_not_wait_for_a_redis_that_hangs(
    redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUT_S", 0.25)
    app = replica(redis, tmp_path)

    async def ask() -> tuple[list[float], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.005)
                ticks += 1

        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            seconds = []
            ticking = asyncio.create_task(tick())
            for _ in range(3):
                started = time.perf_counter()
                assert (await client.get("/models")).status_code == 200
                seconds.append(time.perf_counter() - started)
            ticking.cancel()
        return seconds, ticks

    with redis.hanging():
        (first, *others), ticks = asyncio.run(ask())
    assert first >= module.TIMEOUT_S
    assert max(others) < module.TIMEOUT_S
    # while the first one waited, the event loop did not
    assert ticks >= 5


def test_applications_share_the_limit_of_a_client_and_answer_without_redis(
    redis: Redis, tmp_path: Path
) -> None:
    first, second = (browser(replica(redis, tmp_path)) for _ in range(2))
    statuses = [client.get("/models").status_code for client in (first, second) * 11]
    assert statuses == [200] * 20 + [429] * 2
    assert first.get("/ready").json()["limits"] == "shared"
    redis.kill()
    answer = first.get("/models")
    assert (answer.status_code, answer.headers["RateLimit-Remaining"]) == (200, "19")
    ready = first.get("/ready")
    assert (ready.status_code, ready.json()["limits"]) == (200, "away")
    assert "expected a Redis that answers" in ready.json()["limits_detail"]
    # another process has not noticed yet
    assert second.get("/models").status_code == 200


def test_applications_share_the_limit_of_passwords(redis: Redis, tmp_path: Path) -> None:
    apps = [replica(redis, tmp_path) for _ in range(2)]
    apps[0].state.memory.database.migrate()
    assert sign_up(browser(apps[0], "198.51.100.9"), "Ada").status_code == 201
    first, second = (browser(app, "198.51.100.1") for app in apps)
    for client in (first, second) * (OF_NAME_AND_ADDRESS.amount // 2):
        assert_problem(sign_in(client, "Ada", "wrong password"), 401, "wrong-credentials")
    for client in (first, second):
        assert_problem(sign_in(client, "Ada", PASSWORD), 429, "too-many-attempts")
    assert sign_in(browser(apps[1], "198.51.100.2"), "Ada").status_code == 201
    redis.kill()
    # not refused for want of a count, and counted from now on
    assert sign_in(second, "Ada", PASSWORD).status_code == 201
