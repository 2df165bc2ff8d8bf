"""Who may ask what, in every route that there is."""

import re

from fastapi import FastAPI
from sqlalchemy import literal, select

from ml_engine_and_backend.database.database import Database
from tests.api.accounts.people import SAFE, assert_problem, browser, person, program, routes_of
from tests.api.conftest import application

# (method or any, beginning of the path) -> the least role
NEEDED = {
    ("GET", "/accounts"): "admin",
    ("PATCH", "/accounts/{name}"): "admin",
    ("*", "/review"): "reviewer",
    ("GET", "/promotions"): "reviewer",
    ("POST", "/promotions"): "admin",
    ("*", "/retraining"): "admin",
}
OWN = ("/accounts/me", "/sessions")
OPEN = {
    ("GET", "/sessions/current"),
    ("DELETE", "/sessions/current"),
    ("POST", "/sessions"),
    ("POST", "/accounts"),
}
ROUTES = sorted(routes_of(application(database_url="none")))


def least_role(method: str, path: str) -> str:
    """What it takes to ask for that: nothing, an account, or a role."""
    if (method, path) in OPEN:
        return "nobody"
    if path.startswith(OWN):
        return "visitor"
    for (of_method, beginning), role in NEEDED.items():
        # of /accounts, only the list itself
        is_it = path == beginning or (of_method == "*" and path.startswith(beginning + "/"))
        if of_method in ("*", method) and is_it:
            return role
    return "nobody"


def test_every_route_asks_for_its_role(app: FastAPI) -> None:
    ranks = ["nobody", "visitor", "reviewer", "admin"]
    needed = {(method, path): least_role(method, path) for method, path in ROUTES}
    assert {"visitor", "admin"} <= set(needed.values())
    callers = {
        "nobody": [browser(app), program(app)],
        "visitor": [person(app, "visitor")],
        "reviewer": [person(app, "reviewer", "reviewer")],
    }
    for rank, clients in callers.items():
        for (method, path), least in needed.items():
            if ranks.index(least) <= ranks.index(rank):
                continue
            for client in clients:
                filled = path.replace("{name}", "visitor").replace("{", "").replace("}", "")
                body: dict[str, str] | None = None if method in SAFE else {}
                response = client.request(method, filled, json=body)
                if rank == "nobody":
                    assert_problem(response, 401, "not-signed-in")
                else:
                    assert_problem(response, 403, "role-needed")


def test_no_text_in_a_path_breaks_a_route(app: FastAPI) -> None:
    admin = person(app, "Root", "admin")
    for method, path in ROUTES:
        parameter = re.search(r"\{.*?\}", path)
        if parameter is None:
            continue
        for text in ("%00", "%ED%A0%80", "%F0%9F%99%82", "'--", "9" * 99, "-1", "%0A", "<b>", "."):
            filled = path.replace(parameter[0], text)
            is_feedback = path.endswith("feedback")
            body: dict[str, object] = {"true_label": 4} if is_feedback else {"role": "visitor"}
            response = admin.request(method, filled, json=None if method in SAFE else body)
            assert response.status_code in (200, 204, 400, 401, 404, 405), (method, filled)


def test_what_the_database_does_not_take_is_a_bad_request(app: FastAPI) -> None:
    database: Database = app.state.memory.database

    @app.get("/echo")
    def echo() -> str | None:
        with database.reading() as session:
            return session.scalar(select(literal("a\x00b")))

    response = browser(app).get("/echo")
    if database.is_sqlite:
        assert response.json() == "a\x00b"
    else:
        assert_problem(response, 400, "bad-request")
