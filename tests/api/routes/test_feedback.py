"""Predictions that are kept, and what people say of them, over HTTP."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from ml_engine_and_backend.api.memory import Memory
from ml_engine_and_backend.database.tables import Drawing
from tests.api.conftest import PNG, visitor
from tests.api.scraping import Scrape
from tests.drawings import SEVEN, draw, encode

PNG_TYPE = {"Content-Type": "image/png"}


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with visitor(database_url=database_url) as client:
        yield client


def predict(client: TestClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.post(f"/predict/all{query}", content=PNG, headers=PNG_TYPE)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def give(client: TestClient, prediction: str, true_label: object) -> Any:
    return client.post(f"/predictions/{prediction}/feedback", json={"true_label": true_label})


def drawings(client: TestClient) -> list[Drawing]:
    memory: Memory = client.app.state.memory  # type: ignore[attr-defined]
    assert memory.writer.flush(10)
    with memory.database.reading() as session:
        return list(session.scalars(select(Drawing)))


def test_every_rungs_answer_to_a_drawing_gets_an_id_and_is_judged_by_one_label(
    client: TestClient,
) -> None:
    results = predict(client)
    assert len({result["id"] for result in results}) == 3
    answer = give(client, results[0]["id"], 7)
    assert answer.status_code == 200
    labelled = answer.json()
    assert (labelled["id"], labelled["true_label"]) == (results[0]["id"], 7)
    right = {each["model"]: each["is_right"] for each in labelled["results"]}
    assert right == {"low": False, "middle": False, "high": True}
    assert {each["id"] for each in labelled["results"]} == {each["id"] for each in results}
    assert [drawing.true_label for drawing in drawings(client)] == ["7"]
    taken_back = give(client, results[1]["id"], None).json()
    assert {each["is_right"] for each in taken_back["results"]} == {None}


def test_predict_alone_is_kept_as_one_drawing_with_one_answer(client: TestClient) -> None:
    answer = client.post("/predict/?model=middle@1", content=PNG, headers=PNG_TYPE).json()
    (judged,) = give(client, answer["id"], "not_a_digit").json()["results"]
    assert (judged["model"], judged["version"], judged["is_right"]) == ("middle", 1, False)


@pytest.mark.parametrize(
    ("query", "is_field_kept", "is_upload_kept"),
    [("", True, False), ("?keep=field", True, False), ("?keep=drawing", True, True)],
)
def test_what_may_be_kept_is_asked_for(
    client: TestClient, query: str, is_field_kept: bool, is_upload_kept: bool
) -> None:
    predict(client, query)
    (drawing,) = drawings(client)
    assert (drawing.field is not None, drawing.image_data is not None) == (
        is_field_kept,
        is_upload_kept,
    )
    assert (drawing.image_type == "image/png") == is_upload_kept


def test_nothing_is_kept_where_the_caller_says_so(client: TestClient) -> None:
    results = predict(client, "?keep=nothing")
    assert all("id" not in result for result in results)
    assert drawings(client) == []


def test_an_upload_is_kept_without_its_metadata(client: TestClient) -> None:
    chunk = b"tEXtwho\0Ada!"
    text = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    png = PNG[:33] + text + PNG[33:]
    client.post("/predict/?keep=drawing", content=png, headers=PNG_TYPE).raise_for_status()
    (drawing,) = drawings(client)
    assert drawing.image_data == PNG


def test_a_photograph_is_kept_only_as_what_the_models_saw(client: TestClient) -> None:
    jpeg = encode(draw(SEVEN), "JPEG")
    headers = {"Content-Type": "image/jpeg"}
    client.post("/predict/?keep=drawing", content=jpeg, headers=headers).raise_for_status()
    (drawing,) = drawings(client)
    assert drawing.image_data is None
    assert len(drawing.field or b"") == 784


def test_no_drawing_is_kept_where_the_operator_says_so(database_url: str) -> None:
    with visitor(database_url=database_url, keep_drawings=False) as client:
        results = predict(client, "?keep=drawing")
        (drawing,) = drawings(client)
        assert (drawing.field, drawing.image_data) == (None, None)
        assert give(client, results[0]["id"], 7).status_code == 200


def test_no_address_is_kept(client: TestClient) -> None:
    predict(client, "?keep=drawing")
    (drawing,) = drawings(client)
    values = [getattr(drawing, column.name) for column in Drawing.__table__.columns]
    assert not any("192.0.2.7" in str(value) for value in values)


@pytest.mark.parametrize(
    "body",
    [
        *({"true_label": wrong} for wrong in (10, -1, 1.5, "4", "horse", True)),
        *({"true_label": []}, {"true_label": {}}, {}, [], {"true_label": 4, "more": 1}),
    ],
    ids=repr,
)
def test_a_label_that_is_none_is_refused_in_words(client: TestClient, body: Any) -> None:
    prediction = predict(client)[0]["id"]
    answer = client.post(f"/predictions/{prediction}/feedback", json=body)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(("body", "expected a class from 0 to 9, got 10"))
    assert [drawing.true_label for drawing in drawings(client)] == [None]


def test_a_prediction_that_is_not_kept_cannot_be_labelled(client: TestClient) -> None:
    for wrong in ("0" * 32, "x", "%27%20OR%201=1", "<b>"):
        answer = give(client, wrong, 4)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("unknown-prediction")


def test_keep_that_is_none_of_the_three_is_refused(client: TestClient) -> None:
    answer = client.post("/predict/?keep=all", content=PNG, headers=PNG_TYPE)
    assert answer.status_code == 400
    assert "drawing, field, nothing" in answer.json()["detail"]
    assert drawings(client) == []


def test_feedback_is_counted_by_rung_and_rightness(client: TestClient) -> None:
    before = Scrape(client.get("/metrics").text)
    give(client, predict(client)[0]["id"], 7).raise_for_status()
    after = Scrape(client.get("/metrics").text)
    for model, right in (("low", "false"), ("high", "true")):
        labels = frozenset({"model": model, "right": right}.items())
        assert after.since(before, "ladder_feedback_total")[labels] == 1


def test_a_service_that_keeps_nothing_says_so() -> None:
    with visitor(database_url="none") as client:
        assert all("id" not in result for result in predict(client))
        answer = give(client, "0" * 32, 4)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("nothing-is-kept")


def test_predictions_are_answered_while_the_database_is_away(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    url = f"sqlite:///{tmp_path}/data/ladder.sqlite3"
    with visitor(database_url=url, secret_key="0" * 32) as client:
        prediction = predict(client)[0]["id"]
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["database"]) == (200, "away")
        assert "File exists" in ready.json()["database_detail"]
        answer = give(client, prediction, 4)
        assert (answer.status_code, answer.json()["type"]) == (
            503,
            "urn:digit-ladder:problem:database-away",
        )
        assert "Retry-After" in answer.headers
