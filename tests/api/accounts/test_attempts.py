"""Guessing passwords is slow, and locks nobody out for long."""

import time

import pytest
from fastapi import FastAPI

from ml_engine_and_backend.api.accounts.attempts import (
    OF_ADDRESS,
    OF_NAME,
    OF_NAME_AND_ADDRESS,
    SIGN_UPS,
    Attempts,
)
from ml_engine_and_backend.api.accounts.limiter import Limiter
from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from tests.api.accounts.people import (
    PASSWORD,
    assert_problem,
    browser,
    delete,
    name_of,
    person,
    sign_in,
    sign_up,
)

WINDOW_S = OF_NAME.get_expiry()


def is_allowed(attempts: Attempts, name: str, client: str) -> bool:
    refusal = None
    try:
        attempts.password(name, client)
    except HTTPProblemError as error:
        refusal = error
    if refusal is None:
        return True
    assert refusal.status == 429
    assert refusal.headers is not None
    assert 1 <= int(refusal.headers["Retry-After"]) <= WINDOW_S
    return False


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which only the test moves; it begins a window."""
    now = [time.time() // 3600 * 3600 + 3600]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def test_one_address_gets_ten_attempts_at_a_name(clock: list[float]) -> None:
    attempts = Attempts(Limiter())
    allowed = [is_allowed(attempts, name, "a") for name in ["Ada", "ada", "ADA "] * 5]
    assert allowed == [True] * 10 + [False] * 5
    # neither another name nor another address is limited by that
    assert is_allowed(attempts, "Eve", "a")
    assert is_allowed(attempts, "Ada", "b")


def test_hammering_from_one_address_never_locks_out_another(clock: list[float]) -> None:
    attempts = Attempts(Limiter())
    for _ in range(50):  # an hour and a half
        for _ in range(100):
            is_allowed(attempts, "Ada", "attacker")
        assert is_allowed(attempts, "Ada", "home")
        clock[0] += 110


def test_many_addresses_lock_a_name_until_a_window_after_they_stop(clock: list[float]) -> None:
    attempts = Attempts(Limiter())
    tried = [is_allowed(attempts, "Ada", f"bot-{i}") for i in range(OF_NAME.amount + 20)]
    assert tried.count(True) == OF_NAME.amount
    assert not is_allowed(attempts, "Ada", "home")
    assert is_allowed(attempts, "Eve", "home")
    clock[0] += 2 * WINDOW_S
    assert is_allowed(attempts, "Ada", "home")


def test_one_address_cannot_try_one_password_at_every_name(clock: list[float]) -> None:
    attempts = Attempts(Limiter())
    tried = [is_allowed(attempts, f"name-{i}", "attacker") for i in range(OF_ADDRESS.amount + 20)]
    assert tried.count(True) == OF_ADDRESS.amount
    assert is_allowed(attempts, "name-1", "home")


def test_right_password_is_refused_while_limited_and_sessions_go_on(app: FastAPI) -> None:
    signed_in = person(app, "Ada")
    client = browser(app, "198.51.100.1")
    for _ in range(OF_NAME_AND_ADDRESS.amount):
        assert_problem(sign_in(client, "Ada", "wrong password"), 401, "wrong-credentials")
    response = sign_in(client, "Ada", PASSWORD)
    assert_problem(response, 429, "too-many-attempts")
    assert int(response.headers["retry-after"]) >= 1
    assert name_of(client) is None
    assert name_of(signed_in) == "Ada"
    assert sign_in(browser(app, "198.51.100.2"), "Ada").status_code == 201


def test_name_that_does_not_exist_is_limited_alike(app: FastAPI) -> None:
    client = browser(app)
    statuses = [sign_in(client, "nobody").status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2


def test_stolen_session_cannot_try_passwords_either(app: FastAPI) -> None:
    client = person(app, "Ada")
    for _ in range(OF_NAME_AND_ADDRESS.amount // 2):
        wrong = {"password": "wrong password", "new_name": "Eve"}
        assert client.patch("/accounts/me", json=wrong).status_code == 401
        assert delete(client, "/accounts/me", password="wrong password").status_code == 401  # noqa: S106
    right = {"password": PASSWORD, "new_name": "Eve"}
    assert_problem(client.patch("/accounts/me", json=right), 429, "too-many-attempts")
    assert_problem(delete(client, "/accounts/me", password=PASSWORD), 429, "too-many-attempts")


def test_sign_ups_are_limited_by_address(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SIGN_UPS, "amount", 3)
    client = browser(app)
    # what is refused for another reason counts too: it costs as much
    statuses = [sign_up(client, name).status_code for name in ("Ada", "Ada", "\x00", "Bob")]
    assert statuses == [201, 409, 400, 429]
    assert sign_up(browser(app, "198.51.100.1"), "Bob").status_code == 201
