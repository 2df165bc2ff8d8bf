"""The figures over HTTP: one's own, and everybody's for reviewers."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ml_engine_and_backend.model_folder.comparison import wilson_interval
from tests.api.accounts.people import assert_problem, browser, person, program
from tests.api.conftest import application
from tests.api.routes.test_history import draw
from tests.database.rows import drawing, keep


@pytest.fixture
def app(database_url: str) -> Iterator[FastAPI]:
    """The service over a database of its own."""
    app = application(database_url=database_url, secret_key="s" * 32)
    with TestClient(app):
        yield app


def statistics(app: FastAPI, client: TestClient, **query: Any) -> dict[str, Any]:
    app.state.memory.writer.flush()
    response = client.get("/statistics", params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_figures_of_what_was_drawn_and_labelled(app: FastAPI) -> None:
    ann = browser(app)
    for label in (7, 7, 1, "several", None):
        draw(ann, label)
    found = statistics(app, ann)
    counted = (found["scope"], found["predictions"], found["drawings"], found["labelled"])
    assert counted == ("mine", 15, 5, 4)
    [day] = found["days"]
    assert (day["drawings"], day["labelled"]) == (5, 4)
    rows = [(row["model"], row["answers"], row["labelled"], row["right"]) for row in day["models"]]
    assert rows == [("low", 5, 4, 1), ("middle", 5, 4, 0), ("high", 5, 4, 2)]
    digits = [(row["model"], row["digit"], row["right"]) for row in found["digits"]]
    assert digits == [("low", 1, 1), ("middle", 2, 0), ("high", 7, 2)]
    versions = [(row["model"], row["version"]) for row in found["models"]]
    assert versions == [
        *(("low", None), ("low", 1), ("middle", None)),
        *(("middle", 2), ("high", None), ("high", 1)),
    ]
    high = found["models"][4]
    assert high["accuracy"] == 0.5
    assert high["interval"] == pytest.approx(wilson_interval(2, 4))
    assert high["confusion"][7][7] == 2
    assert sum(map(sum, high["confusion"])) == 3
    assert sum(each["count"] for each in high["calibration"]) == 4
    steps = [(row["a"], row["b"], row["fixed"], row["broken"]) for row in found["comparisons"]]
    assert steps == [("low", "middle", 0, 1), ("low", "high", 2, 1), ("middle", "high", 2, 0)]
    assert {row["n"] for row in found["comparisons"]} == {4}
    assert found["drift_model"] == "high"
    [drift] = found["drift"]
    assert (drift["day"], drift["answers"], drift["warning"]) == (day["day"], 5, None)
    assert (found["bias"]["is_biased"], found["bias"]["text"]) == (False, None)
    assert (found["bias"]["labelled"]["answers"], found["bias"]["unlabelled"]["answers"]) == (4, 1)


def test_nothing_drawn_is_no_error(app: FastAPI) -> None:
    for nobody in (browser(app), program(app)):
        found = statistics(app, nobody)
        assert (found["predictions"], found["drawings"], found["labelled"]) == (0, 0, 0)
        assert found["days"] == found["digits"] == found["models"] == found["comparisons"] == []


def test_days_bound_what_is_counted(app: FastAPI) -> None:
    ann = browser(app)
    draw(ann, 7)
    today = statistics(app, ann)["days"][0]["day"]
    assert statistics(app, ann, since=today, until=today)["drawings"] == 1
    assert statistics(app, ann, until="2000-01-01")["drawings"] == 0
    assert statistics(app, ann, since="9999-12-31")["drawings"] == 0
    for bad in ("since=x", "until=2026-13-13", "scope=yours", "since=%00"):
        assert_problem(ann.get(f"/statistics?{bad}"), 400, "bad-request")


def test_everybodys_figures_are_for_reviewers_and_admins(app: FastAPI) -> None:
    ann, bob = browser(app), person(app, "Bob")
    draw(ann, 7)
    draw(bob)
    keep(app.state.memory.database, drawing(None))
    for client in (ann, bob, program(app)):
        assert_problem(client.get("/statistics?scope=all"), 403, "role-needed")
        assert statistics(app, client)["drawings"] == (0 if client not in (ann, bob) else 1)
    reviewer, admin = person(app, "Rae", "reviewer"), person(app, "Ada", "admin")
    for client in (reviewer, admin):
        found = statistics(app, client, scope="all")
        assert (found["scope"], found["drawings"], found["labelled"]) == ("all", 3, 1)
        assert statistics(app, client)["drawings"] == 0
