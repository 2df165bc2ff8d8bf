"""What the page answered by itself, kept and refused."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.accounts.people import CROSS_SITE, assert_problem, browser
from tests.api.conftest import PNG, application, visitor
from tests.drawings import draw, encode

SEVEN = [0.0] * 7 + [0.9, 0.06, 0.04]
ONE = [0.1, 0.9] + [0.0] * 8
FOUND = {"kind": "digit", "digit_likeness": 0.98, "count": 1}


def answered(**changes: Any) -> dict[str, Any]:
    """A drawing with the answers of two rungs, one of them by an older version."""
    return {
        "image": "data:image/png;base64," + base64.b64encode(PNG).decode(),
        "found": FOUND,
        "results": [result("middle", 1, SEVEN), result("low", 1, ONE, "unsure")],
    } | changes


def result(model: str, version: int, probabilities: Any, verdict: str = "sure") -> dict[str, Any]:
    return {
        "model": model,
        "version": version,
        "probabilities": probabilities,
        "verdict": verdict,
    }


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    path = tmp_path_factory.mktemp("database") / "ladder.sqlite3"
    app = application(database_url=f"sqlite:///{path}", secret_key="s" * 32)
    with TestClient(app):
        yield app


def test_kept_as_an_answer_of_the_service_is(app: FastAPI) -> None:
    ann = browser(app)
    answer = ann.post("/drawings", json=answered(keep="drawing"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
    middle, low = answer.json()["results"]
    assert [(each["model"], each["version"]) for each in (middle, low)] == [
        ("middle", 1),
        ("low", 1),
    ]
    by_service = ann.post("/predict/all", files={"file": PNG}).json()["results"][0]

    labelled = ann.post(f"/predictions/{low['id']}/feedback", json={"true_label": 7}).json()
    assert {each["model"]: each["is_right"] for each in labelled["results"]} == {
        "middle": True,
        "low": False,
    }
    newest, drawn = ann.get("/drawings").json()["items"]
    assert (newest["computed_by"], drawn["computed_by"]) == ("service", "browser")
    assert (drawn["true_label"], drawn["found_kind"], drawn["has_drawing"]) == (7, "digit", True)
    # by the service's own recipe
    assert drawn["image"] == by_service["preprocessing"]["image"]
    kept = ann.get(f"/predictions/{low['id']}").json()
    assert kept["computed_by"] == "browser"
    assert (kept["predicted_digit"], kept["confidence"], kept["verdict"]) == (1, 0.9, "unsure")
    assert kept["probabilities"] == ONE
    assert ann.get("/statistics").json()["drawings"] == 2


def test_keeps_no_more_than_was_asked(app: FastAPI) -> None:
    ben = browser(app)
    ids = ben.post("/drawings", json=answered(keep="nothing")).json()["results"]
    assert [each["id"] for each in ids] == [None, None]
    assert ben.get("/drawings").json()["items"] == []
    ben.post("/drawings", json=answered())
    [drawn] = ben.get("/drawings").json()["items"]
    assert not drawn["has_drawing"]


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"results": [result("resnet", 1, SEVEN)]}, 404, "unknown-model"),
        ({"results": [result("middle", 9, SEVEN)]}, 404, "unknown-model"),
        ({"results": [result("low", 1, SEVEN), result("low", 1, ONE)]}, 400, "bad-request"),
        ({"results": []}, 400, "bad-request"),
        ({"results": [result("low", 1, SEVEN[:9])]}, 400, "bad-request"),
        ({"results": [result("low", 1, [0.1002] * 10)]}, 400, "bad-request"),
        ({"results": [result("low", 1, [*[0.0] * 8, 1.5, -0.5])]}, 400, "bad-request"),
        ({"results": [result("low", 1, [float("nan")] * 10)]}, 400, "bad-request"),
        ({"results": [result("low", 1, ONE, "certain")]}, 400, "bad-request"),
        ({"results": [result("low", 1, ONE) | {"field": "…"}]}, 400, "bad-request"),
        ({"found": FOUND | {"digit_likeness": float("nan")}}, 400, "bad-request"),
        ({"found": FOUND | {"count": 2**40}}, 400, "bad-request"),
        ({"keep": "everything"}, 400, "bad-request"),
        ({"image": "data:image/png,7"}, 400, "malformed-body"),
        ({"image": base64.b64encode(b"GIF89a").decode()}, 422, "not-a-drawing"),
        ({"image": base64.b64encode(PNG[:100]).decode()}, 422, "unreadable-picture"),
        ({"image": base64.b64encode(encode(draw([]))).decode()}, 422, "blank-drawing"),
        ({"image": "A" * 100_000}, 413, "body-too-large"),
    ],
)
def test_refuses_what_no_page_sends(
    app: FastAPI, changes: dict[str, Any], status: int, kind: str
) -> None:
    cay = browser(app)
    sent = json.dumps(answered(**changes))
    answer = cay.post("/drawings", content=sent, headers={"Content-Type": "application/json"})
    assert_problem(answer, status, kind)
    assert cay.get("/drawings").json()["items"] == []


def test_no_page_of_another_site_keeps_anything(app: FastAPI) -> None:
    answer = browser(app).post("/drawings", json=answered(), headers=CROSS_SITE)
    assert_problem(answer, 403, "cross-site")


def test_where_nothing_is_kept_it_says_so() -> None:
    answer = visitor(database_url="none").post("/drawings", json=answered())
    assert_problem(answer, 404, "nothing-is-kept")
