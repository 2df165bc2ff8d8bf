"""People at their browsers, and programs with keys."""

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx import Response

from ml_engine_and_backend.api.accounts.session_cookie import COOKIE
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.database.database import Database
from tests.api.conftest import PNG

PASSWORD = "correct horse"  # noqa: S105
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


SAFE = {"GET", "HEAD", "OPTIONS"}


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route, documented or not."""

    def walk(routes: Iterable[Any]) -> Iterator[APIRoute]:
        for route in routes:
            if hasattr(route, "original_router"):  # how FastAPI keeps what was included
                yield from walk(route.original_router.routes)
            elif isinstance(route, APIRoute):
                yield route

    return {(method, r.path) for r in walk(app.routes) for method in r.methods or ()}


def browser(app: FastAPI, address: str = "192.0.2.7") -> TestClient:
    """A browser that has opened the page."""
    client = TestClient(
        app,
        client=(address, 50_000),
        headers=SAME_ORIGIN,
        raise_server_exceptions=False,
        follow_redirects=False,
    )
    client.get("/")
    return client


def program(app: FastAPI, key: str | None = None, address: str = "192.0.2.7") -> TestClient:
    """A client without cookies, with an API key where it has one."""
    client = browser(app, address)
    client.cookies.clear()
    client.headers = {} if key is None else {"X-API-Key": key}
    return client


def sign_up(client: TestClient, name: str, password: str = PASSWORD) -> Response:
    credentials = {"name": name, "password": password}
    response: Response = client.post("/accounts", json=credentials)
    return response


def sign_in(client: TestClient, name: str, password: str = PASSWORD) -> Response:
    credentials = {"name": name, "password": password}
    response: Response = client.post("/sessions", json=credentials)
    return response


def person(app: FastAPI, name: str, role: accounts.Role = "visitor") -> TestClient:
    """The browser of somebody who has signed up, and was given a role."""
    client = browser(app)
    assert sign_up(client, name).status_code == 201
    database: Database = app.state.memory.database
    accounts.set_role(database, name, role)
    return client


def new_key(client: TestClient, name: str = "laptop") -> str:
    key: str = client.post("/accounts/me/keys", json={"name": name}).json()["key"]
    return key


def delete(client: TestClient, path: str, **body: Any) -> Response:
    """httpx has no body for DELETE."""
    response: Response = client.request("DELETE", path, json=body or None)
    return response


def draw(client: TestClient, **headers: str) -> Response:
    response: Response = client.post("/predict/", files={"file": PNG}, headers=headers)
    return response


def cookie_of(client: TestClient) -> str:
    value: str = client.cookies[COOKIE]
    return value


def with_cookie(app: FastAPI, value: str) -> TestClient:
    """A browser to which somebody has copied a cookie."""
    client = program(app)
    client.cookies.set(COOKIE, value)
    client.headers = SAME_ORIGIN
    return client


def name_of(client: TestClient) -> str | None:
    """Who is signed in there, if anybody."""
    response = client.get("/sessions/current")
    assert response.status_code == 200
    account = response.json()["account"]
    return None if account is None else account["name"]


def assert_problem(response: Response, status: int, kind: str) -> None:
    assert (response.status_code, response.json().get("type")) == (
        status,
        f"urn:digit-ladder:problem:{kind}",
    ), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]
