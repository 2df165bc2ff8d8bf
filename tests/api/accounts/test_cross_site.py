"""No page of another site uses the session of whoever looks at it."""

import json
from collections.abc import Callable

import pytest
from fastapi import FastAPI

from ml_engine_and_backend.api.accounts.session_cookie import COOKIE
from tests.api.accounts.people import (
    CROSS_SITE,
    PASSWORD,
    SAFE,
    SAME_ORIGIN,
    assert_problem,
    browser,
    draw,
    name_of,
    new_key,
    person,
    program,
    routes_of,
    sign_in,
    sign_up,
)
from tests.api.conftest import PNG, application

FORGERIES: list[dict[str, str]] = [
    CROSS_SITE,
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    # browsers that do not send the former
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


ROUTES = routes_of(application(database_url="none"))
CHANGING = sorted((method, path) for method, path in ROUTES if method not in SAFE)


def test_walk_finds_what_changes_something() -> None:
    assert {
        ("POST", "/predict"),
        ("POST", "/predict/"),
        ("POST", "/predictions/{id}/feedback"),
        ("POST", "/sessions"),
        ("DELETE", "/sessions/{id}"),
        ("PATCH", "/accounts/{name}"),
    } <= set(CHANGING)


def test_no_changing_route_takes_the_session_from_another_site(app: FastAPI) -> None:
    anonymous, admin = browser(app), person(app, "Root", "admin")
    for client in (anonymous, admin):
        del client.headers["Sec-Fetch-Site"]
    for method, path in CHANGING:
        path = path.replace("{name}", "Root").replace("{", "").replace("}", "")
        for client in (anonymous, admin):
            for forged in FORGERIES:
                response = client.request(method, path, headers=forged, json={})
                assert_problem(response, 403, "cross-site")
                assert "set-cookie" not in response.headers
            # the page itself is let in, whatever it then gets
            response = client.request(method, path, headers=SAME_ORIGIN, json={})
            assert ":cross-site" not in response.text, (method, path)
        # after it may have signed itself out
        sign_in(admin, "Root")


def test_predictions_of_another_site_are_not_kept_as_the_visitors(app: FastAPI) -> None:
    client = browser(app)
    del client.headers["Sec-Fetch-Site"]
    for forged in FORGERIES:
        assert_problem(draw(client, **forged), 403, "cross-site")
    # without the cookie, which browsers do not send across sites, anybody may ask
    assert draw(program(app), **CROSS_SITE).status_code == 200


def test_nobody_is_signed_in_from_another_site(app: FastAPI) -> None:
    """Else a page could let people draw into an account of its own."""
    person(app, "Eve")
    client = browser(app)
    client.cookies.clear()
    credentials = {"name": "Eve", "password": PASSWORD}
    for path in ("/sessions", "/accounts", "/sessions/", "/accounts/"):
        response = client.post(path, json=credentials, headers=CROSS_SITE)
        assert_problem(response, 403, "cross-site")
    # as a form sends it: no page need ask before
    response = client.post(
        "/sessions",
        content=json.dumps(credentials),
        headers={"Content-Type": "text/plain", **CROSS_SITE},
    )
    assert_problem(response, 403, "cross-site")
    assert COOKIE not in client.cookies


def test_programs_send_neither_header_and_are_let_in(app: FastAPI) -> None:
    client = program(app)
    assert sign_up(client, "Ada").status_code == 201
    client.headers = {}
    assert name_of(client) == "Ada"
    assert draw(client).status_code == 200
    assert client.delete("/sessions/current").status_code == 204


def test_key_opens_from_any_page_since_no_page_can_know_it(app: FastAPI) -> None:
    client = person(app, "Ada")
    key = {"X-API-Key": new_key(client)}
    assert draw(client, **key, **CROSS_SITE).status_code == 200
    assert_problem(draw(client, **{"X-API-Key": "a guess"}, **CROSS_SITE), 403, "cross-site")


def test_allowed_origins_ask_without_the_cookie_only(start: Callable[..., FastAPI]) -> None:
    origin = "https://school.example"
    app = start(cors_origins=origin)
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": origin}
    response = program(app).post("/predict/", files={"file": PNG}, headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-credentials" not in response.headers
    assert_problem(draw(browser(app), **headers), 403, "cross-site")


@pytest.mark.parametrize("path", ["/", "/sessions/current", "/accounts/me"])
def test_answers_to_other_sites_cannot_be_read(app: FastAPI, path: str) -> None:
    response = person(app, "Ada").get(path, headers=CROSS_SITE)
    assert not [name for name in response.headers if name.startswith("access-control")]
