"""Who may ask what, in every route that there is."""

from fastapi import FastAPI

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
                body = None if method in SAFE else {}
                response = client.request(method, filled, json=body)
                if rank == "nobody":
                    assert_problem(response, 401, "not-signed-in")
                else:
                    assert_problem(response, 403, "role-needed")
