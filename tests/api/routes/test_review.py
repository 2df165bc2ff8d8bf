"""Reviewing over HTTP; what is decided how, tests/database/test_review.py says."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tests.api.conftest import visitor
from tests.api.people import Headers, headers_of, memory_of
from tests.database.labelled import keep_labelled


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with visitor(database_url=database_url) as client:
        yield client


@pytest.fixture
def ada(client: TestClient) -> Headers:
    return headers_of(client, "Ada", "reviewer")


def listed(client: TestClient, who: Headers, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/review{query}", headers=who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    page: dict[str, Any] = answer.json()
    return page


def decide(client: TestClient, who: Headers, drawing: str, decision: object) -> Any:
    return client.post(f"/review/{drawing}", headers=who, json={"decision": decision})


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_a_reviewer_sees_the_drawing_and_not_whose_it_is(client: TestClient, ada: Headers) -> None:
    field = np.arange(784, dtype=np.uint32).astype(np.uint8).reshape(28, 28)
    drawing = keep_labelled(
        memory_of(client).database, (4, 9), field=field.tobytes(), request_id="secret"
    )
    page = listed(client, ada)
    (item,) = page["items"]
    image = base64.b64decode(item.pop("image").removeprefix("data:image/png;base64,"))
    assert np.array_equal(np.asarray(Image.open(BytesIO(image))), field)
    assert item == {
        "id": drawing,
        "true_label": 4,
        "results": [
            {
                "model": f"rung_{rung}",
                "version": 1,
                "predicted_digit": digit,
                "confidence": 0.9,
                "verdict": "sure",
                "is_right": digit == 4,
            }
            for rung, digit in enumerate((4, 9))
        ],
        "decision": None,
        "reviews": [],
    }
    del page["items"]
    assert page == {"open": 1, "conflicts": 0, "decided": 0, "required": 1}


def test_a_decision_names_who_and_when(client: TestClient, ada: Headers) -> None:
    drawing = keep_labelled(memory_of(client).database)
    answer = decide(client, ada, drawing, 4)
    assert answer.status_code == 200
    item = answer.json()
    (review,) = item["reviews"]
    assert (item["decision"], review["by"], review["decision"]) == (4, "Ada", 4)
    assert review["decided_at"].endswith("Z")
    assert listed(client, ada)["items"] == []
    assert listed(client, ada, "?state=decided")["items"] == [item]


def test_two_reviewers_and_an_admin_settle_a_conflict(database_url: str) -> None:
    with visitor(database_url=database_url, reviewers=2) as client:
        ada, bob = (headers_of(client, name, "reviewer") for name in ("Ada", "Bob"))
        admin = headers_of(client, "Root", "admin")
        drawing = keep_labelled(memory_of(client).database)
        assert decide(client, ada, drawing, "not_a_digit").json()["decision"] is None
        assert decide(client, bob, drawing, 9).json()["decision"] == "conflict"
        page = listed(client, bob, "?state=conflict")
        assert [review["by"] for review in page["items"][0]["reviews"]] == ["Ada", "Bob"]
        assert (page["conflicts"], page["required"]) == (1, 2)
        assert decide(client, admin, drawing, "disagree").json()["decision"] == "rejected"
        assert problem(decide(client, ada, drawing, 9)) == (409, "decided")


def test_null_takes_ones_own_back(client: TestClient, ada: Headers) -> None:
    drawing = keep_labelled(memory_of(client).database)
    decide(client, ada, drawing, "several")
    item = decide(client, ada, drawing, None).json()
    assert (item["decision"], item["reviews"]) == (None, [])
    assert listed(client, ada)["open"] == 1


def test_refuses_what_cannot_be_decided(client: TestClient, ada: Headers) -> None:
    drawing = keep_labelled(memory_of(client).database)
    for unknown in ("0" * 32, "abc", "%00", "' OR 1=1 --"):
        assert problem(decide(client, ada, unknown, 4)) == (404, "nothing-to-review")
    bad: list[object] = ["4", 10, "conflict", "rejected", [], 4.5]
    for decision in bad:
        assert problem(decide(client, ada, drawing, decision)) == (400, "bad-request")
    assert listed(client, ada)["open"] == 1


def test_only_reviewers_and_admins_review(client: TestClient) -> None:
    drawing = keep_labelled(memory_of(client).database)
    visitor_ = headers_of(client, "Vera", "visitor")
    admin = headers_of(client, "Root", "admin")
    for who, expected in (({}, (401, "not-signed-in")), (visitor_, (403, "role-needed"))):
        assert problem(client.get("/review", headers=who)) == expected
        assert problem(decide(client, who, drawing, 4)) == expected
    assert listed(client, admin)["open"] == 1
    assert decide(client, admin, drawing, 4).status_code == 200
