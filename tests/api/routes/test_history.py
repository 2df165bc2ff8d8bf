"""One's own drawings over HTTP, and nobody else's."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from tests.api.accounts.people import assert_problem, browser, new_key, person, program, sign_in
from tests.api.conftest import PNG, application
from tests.database.rows import drawing, keep

RUNGS = ["low", "middle", "high"]
SAID = {"low": 1, "middle": 2, "high": 7}


@pytest.fixture
def app(database_url: str) -> Iterator[FastAPI]:
    """The service over a database of its own."""
    app = application(database_url=database_url, secret_key="s" * 32)
    with TestClient(app):
        yield app


def draw(client: TestClient, label: int | str | None = None, keep: str = "drawing") -> str:
    """Draw a 7 for every rung, and label it; the prediction's id."""
    answer = client.post("/predict/all", params={"keep": keep}, files={"file": PNG})
    prediction: str = answer.json()["results"][0]["id"]
    if label is not None:
        labelled = client.post(f"/predictions/{prediction}/feedback", json={"true_label": label})
        assert labelled.status_code == 200, labelled.text
    return prediction


def drawings(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    response = client.get("/drawings", params=query)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def test_what_was_just_drawn_is_on_the_list(app: FastAPI) -> None:
    ann = browser(app)
    draw(ann, 7)
    [found] = drawings(ann)
    assert (found["true_label"], found["decision"], found["has_drawing"]) == (7, None, True)
    assert found["found_kind"] == "digit"
    assert [each["model"] for each in found["results"]] == RUNGS
    assert [each["predicted_digit"] for each in found["results"]] == list(SAID.values())
    assert [each["is_right"] for each in found["results"]] == [False, False, True]
    assert found["image"].startswith("data:image/png;base64,")
    image = ann.get(f"/drawings/{found['id']}/image")
    assert (image.status_code, image.headers["content-type"]) == (200, "image/png")
    assert ann.get(f"/drawings/{found['id']}").json() == found


def test_predictions_have_the_columns_that_such_systems_use(app: FastAPI) -> None:
    ann = browser(app)
    draw(ann, "not_a_digit", keep="field")
    items = ann.get("/predictions").json()["items"]
    assert sorted(each["model"] for each in items) == sorted(RUNGS)
    [drawn] = drawings(ann)
    for each in items:
        assert each["predicted_digit"] == SAID[each["model"]]
        assert each["drawing"] == drawn["id"]
        assert each["true_label"] == "not_a_digit"
        assert each["is_right"] is False
        assert each["image_data"] == drawn["image"]
        assert len(each["probabilities"]) == 10
        assert ann.get(f"/predictions/{each['id']}").json() == each
    assert_problem(ann.get(f"/drawings/{drawn['id']}/image"), 404, "unknown-drawing")
    draw(ann, keep="drawing")
    upload = ann.get("/predictions", params={"limit": 1}).json()["items"][0]["image_data"]
    image = ann.get(f"/drawings/{drawings(ann)[0]['id']}/image").content
    assert base64.b64decode(upload.removeprefix("data:image/png;base64,")) == image


@pytest.mark.parametrize(("path", "count"), [("/drawings", 5), ("/predictions", 15)])
def test_cursors_lead_through_all_pages(app: FastAPI, path: str, count: int) -> None:
    ann = browser(app)
    for _ in range(5):
        draw(ann)
    query: dict[str, Any] = {"limit": 4}
    ids: list[str] = []
    while True:
        page = ann.get(path, params=query).json()
        ids += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(ids) == len(set(ids)) == count


def test_filters_by_label_digit_model_rightness_and_day(app: FastAPI) -> None:
    ann = browser(app)
    for label in (7, 1, None):
        draw(ann, label)
    assert [each["true_label"] for each in drawings(ann, label="1")] == [1]
    # somebody's own classes may be more than ten
    assert drawings(ann, label="255") == drawings(ann, digit=255) == []
    assert len(drawings(ann, digit=2)) == 3
    assert drawings(ann, digit=2, model="high") == []
    # by the default model, which reads a 7
    assert [each["true_label"] for each in drawings(ann, right="true")] == [7]
    assert [each["true_label"] for each in drawings(ann, right="true", model="low")] == [1]
    assert [each["true_label"] for each in drawings(ann, right="false", model="low")] == [7]
    today = drawings(ann)[0]["timestamp"][:10]
    assert len(drawings(ann, since=today, until=today)) == 3
    assert drawings(ann, until="2000-01-01") == drawings(ann, since="9999-12-31") == []
    assert len(drawings(ann, since="0001-01-01", until="9999-12-31")) == 3


BAD = [
    *("limit=0", "limit=201", "limit=x", "digit=256", "label=seven", "right=perhaps", "since=soon"),
    *(
        "until=2026-13-01",
        "model=%00",
        "model=';--",
        "cursor=%00",
        "cursor=x",
        "cursor=%F0%9F%98%80",
    ),
]


@pytest.mark.parametrize("query", BAD)
def test_a_malformed_query_is_refused(app: FastAPI, query: str) -> None:
    ann = browser(app)
    kind = "bad-cursor" if "cursor" in query else "bad-request"
    assert_problem(ann.get(f"/drawings?{query}"), 400, kind)
    if query.startswith(("limit", "cursor")):
        assert_problem(ann.get(f"/predictions?{query}"), 400, kind)


@pytest.mark.parametrize("id_", ["0" * 32, "%00", "a%00b", "'%20OR%201=1--", "<b>", "%ED%A0%80"])
def test_an_id_that_is_none_is_not_found(app: FastAPI, id_: str) -> None:
    ann = browser(app)
    draw(ann)
    for method, path in EVERY_ONE:
        response = ann.request(method, path.format(drawing=id_, prediction=id_))
        assert response.status_code == 404, (method, path, response.text)
    label = ann.post(f"/predictions/{id_}/feedback", json={"true_label": 1})
    assert_problem(label, 404, "unknown-prediction")


EVERY_ONE = [
    ("GET", "/drawings/{drawing}"),
    ("GET", "/drawings/{drawing}/image"),
    ("DELETE", "/drawings/{drawing}"),
    ("GET", "/predictions/{prediction}"),
    ("DELETE", "/predictions/{prediction}"),
]


def lines_of(response: Response) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return [json.loads(line) for line in archive.read("drawings.jsonl").splitlines()]


def test_nobody_sees_or_deletes_what_is_anothers(app: FastAPI) -> None:
    ann = person(app, "Ann")
    prediction = draw(ann, 7)
    [before] = drawings(ann)
    # what nobody is known to have drawn is nobody's
    [ownerless] = keep(
        app.state.memory.database, drawing(None, image_data=PNG, image_type="image/png")
    )
    bob = person(app, "Bob")
    others = [browser(app), bob, person(app, "Eve", "admin"), program(app)]
    others.append(program(app, new_key(bob)))
    for other in others:
        assert drawings(other) == []
        assert other.get("/predictions").json() == {"items": [], "next": None}
        assert other.get("/drawings/tally").json() == {"drawn": 0, "labelled": 0, "models": []}
        assert lines_of(other.get("/drawings/export")) == []
        for id_ in (before["id"], ownerless):
            for method, path in EVERY_ONE:
                path_ = path.format(drawing=id_, prediction=prediction)
                assert other.request(method, path_).status_code == 404, (method, path)
        assert other.delete("/predictions").json() == {"deleted": 0}
    assert drawings(ann) == [before]


def test_a_cursor_of_one_person_shows_another_nothing(app: FastAPI) -> None:
    ann, bob = browser(app), browser(app)
    for _ in range(3):
        draw(ann)
    for path in ("/drawings", "/predictions"):
        cursor = ann.get(path, params={"limit": 1}).json()["next"]
        assert bob.get(path, params={"cursor": cursor}).json()["items"] == []


def test_an_account_sees_its_drawings_from_every_browser_and_key(app: FastAPI) -> None:
    ann = person(app, "Ann")
    draw(ann)
    other = browser(app)
    assert sign_in(other, "Ann").status_code == 201
    assert drawings(other) == drawings(ann) == drawings(program(app, new_key(ann)))
    assert len(drawings(ann)) == 1


def test_deletes_one_drawing_with_every_answer(app: FastAPI) -> None:
    ann = browser(app)
    for _ in range(3):
        draw(ann)
    first, second, third = (each["id"] for each in drawings(ann))
    assert ann.delete(f"/drawings/{second}").status_code == 204
    assert [each["id"] for each in drawings(ann)] == [first, third]
    prediction = drawings(ann)[1]["results"][2]["id"]
    assert ann.delete(f"/predictions/{prediction}").status_code == 204
    assert [each["id"] for each in drawings(ann)] == [first]
    assert len(ann.get("/predictions").json()["items"]) == 3


def test_forget_me_leaves_nothing_of_mine_and_all_of_others(app: FastAPI) -> None:
    ann, bob = browser(app), browser(app)
    draw(bob)
    for _ in range(3):
        prediction = draw(ann)
    # the last ones may still be in the queue
    assert ann.delete("/predictions").json() == {"deleted": 3}
    assert drawings(ann) == []
    assert ann.get("/drawings/tally").json()["drawn"] == 0
    label = ann.post(f"/predictions/{prediction}/feedback", json={"true_label": 1})
    assert label.status_code == 404
    assert len(drawings(bob)) == 1


def test_tally_says_how_the_rungs_did(app: FastAPI) -> None:
    ann = browser(app)
    for label in (7, 7, 1, None):
        draw(ann, label)
    assert ann.get("/drawings/tally").json() == {
        "drawn": 4,
        "labelled": 3,
        "models": [
            {"model": "low", "right": 1, "labelled": 3},
            {"model": "middle", "right": 0, "labelled": 3},
            {"model": "high", "right": 2, "labelled": 3},
        ],
    }


def test_export_is_a_file_of_what_the_filters_want(app: FastAPI) -> None:
    ann = browser(app)
    for label in (7, 1, None):
        draw(ann, label)
    response = ann.get("/drawings/export", params={"label": "1"})
    assert response.headers["content-type"] == "application/zip"
    assert response.headers["content-disposition"] == 'attachment; filename="drawings.zip"'
    assert [line["true_label"] for line in lines_of(response)] == ["1"]
    # oldest first
    exported = lines_of(ann.get("/drawings/export"))
    assert [line["id"] for line in exported] == [each["id"] for each in drawings(ann)][::-1]
    response = ann.get("/drawings/export", params={"format": "idx"})
    assert response.headers["content-disposition"] == 'attachment; filename="drawings-idx.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.read("labels-idx1-ubyte")[8:] == bytes([7, 1])


def test_no_answer_is_cached(app: FastAPI) -> None:
    ann = browser(app)
    draw(ann)
    id_ = drawings(ann)[0]["id"]
    for path in (
        *("/drawings", "/predictions", "/drawings/tally", "/drawings/export", "/statistics"),
        *(f"/drawings/{id_}", f"/drawings/{id_}/image", "/drawings/none", "/drawings?limit=0"),
    ):
        assert ann.get(path).headers["cache-control"] == "no-store", path
    assert ann.delete(f"/drawings/{id_}").headers["cache-control"] == "no-store"


PATHS = ["/drawings", "/predictions", "/drawings/tally", "/drawings/export", "/statistics"]


@pytest.mark.parametrize("path", PATHS)
def test_a_service_that_keeps_nothing_says_so(path: str) -> None:
    with browser(application(database_url="none")) as client:
        assert_problem(client.get(path), 404, "nothing-is-kept")
