import base64
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image

from ml_engine_and_backend.api.prediction_service import QUICK_BYTES
from ml_engine_and_backend.engine.decoding import Picture, decode
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.api.conftest import PNG
from tests.drawings import SEVEN, draw, encode
from tests.engine.test_sanitising import chunk

BASE64 = base64.b64encode(PNG).decode()


def post(client: TestClient, path: str = "/predict/", **changes: Any) -> Response:
    request = {"content": PNG, "headers": {"Content-Type": "image/png"}} | changes
    response: Response = client.post(path, **request)
    return response


WAYS: dict[str, dict[str, Any]] = {
    "raw": {"content": PNG, "headers": {"Content-Type": "image/png"}},
    "raw, with a parameter": {"content": PNG, "headers": {"Content-Type": "Image/PNG; q=1"}},
    "form": {"files": {"file": ("seven.png", PNG, "image/png")}},
    "form, of no known type": {"files": {"file": ("seven", PNG, "application/octet-stream")}},
    "form, among other fields": {"data": {"note": "mine"}, "files": {"file": PNG}},
    "JSON, base64": {"json": {"image": BASE64}},
    "JSON, base64 in lines": {"json": {"image": BASE64[:76] + "\r\n" + BASE64[76:]}},
    "JSON, data URL": {"json": {"image": "data:image/png;base64," + BASE64}},
    "JSON, data URL in capitals": {"json": {"image": " DATA:image/PNG;BASE64," + BASE64}},
    "JSON, data URL of no type": {"json": {"image": "data:;base64," + BASE64}},
    "JSON, data URL with a parameter": {
        "json": {"image": "data:image/png;name=a.png;base64," + BASE64}
    },
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", ["/predict", "/predict/"])
def test_every_way_to_send_a_picture_gets_the_same_answer(
    client: TestClient, way: str, path: str
) -> None:
    response = client.post(path, follow_redirects=False, **WAYS[way])
    assert response.status_code == 200, response.text
    assert response.json() == post(client).json()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif", "bmp"])
def test_every_picture_type_is_taken_raw(client: TestClient, kind: str) -> None:
    content = encode(draw(SEVEN), kind.upper())
    response = post(client, content=content, headers={"Content-Type": f"image/{kind}"})
    assert response.status_code == 200, response.text


def test_the_answer_has_every_field_of_the_contract(client: TestClient) -> None:
    answer = post(client).json()
    digit = preprocess(decode(PNG))
    assert set(answer) == {
        *("model", "version", "digit", "confidence", "probabilities"),
        *("scores", "activation", "verdict", "preprocessing"),
    }
    assert (answer["model"], answer["version"], answer["digit"]) == ("high", 1, 7)
    assert len(answer["probabilities"]) == len(answer["scores"]) == 10
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-9)
    assert answer["confidence"] == answer["probabilities"][7]
    assert answer["verdict"] == "sure"
    assert answer["preprocessing"]["inverted"] is True
    assert answer["preprocessing"]["box"] == list(digit.box)
    scheme, _, data = answer["preprocessing"]["image"].partition(",")
    assert scheme == "data:image/png;base64"
    seen = np.asarray(Image.open(BytesIO(base64.b64decode(data))))
    assert np.array_equal(seen, digit.field)


@pytest.mark.parametrize(
    ("model", "name", "version", "digit"),
    [("low", "low", 1, 1), ("middle", "middle", 2, 2), ("middle@1", "middle", 1, 7)],
)
def test_the_query_parameter_names_the_model(
    client: TestClient, model: str, name: str, version: int, digit: int
) -> None:
    answer = post(client, params={"model": model}).json()
    assert (answer["model"], answer["version"], answer["digit"]) == (name, version, digit)


@pytest.mark.parametrize("model", ["resnet", "", "middle@7", "middle@", "@", "../low", "low\x00"])
def test_an_unknown_model_is_404_and_told_the_known_ones(client: TestClient, model: str) -> None:
    response = post(client, params={"model": model})
    assert response.status_code == 404
    problem = response.json()
    assert problem["type"].endswith("unknown-model")
    assert problem["known"] == ["low", "middle", "high"]
    assert "expected one of" in problem["detail"]


def test_two_models_at_once_are_refused(client: TestClient) -> None:
    response = client.post("/predict/?model=low&model=high", files={"file": PNG})
    assert response.status_code == 400
    assert "got it 2 times" in response.json()["detail"]


@pytest.mark.parametrize("path", ["/predict/all", "/predict/all/"])
def test_all_rungs_answer_in_ladder_order(client: TestClient, path: str) -> None:
    answer = post(client, path).json()
    assert [(r["model"], r["version"], r["digit"]) for r in answer["results"]] == [
        ("low", 1, 1),
        ("middle", 2, 2),
        ("high", 1, 7),
    ]
    assert answer["agree"] is False
    assert answer["results"][2] == post(client, params={"model": "high"}).json()


def test_all_decodes_and_preprocesses_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def counted(data: bytes) -> Picture:
        calls.append(len(data))
        return decode(data)

    monkeypatch.setattr("ml_engine_and_backend.api.routes.predict.decode", counted)
    assert len(post(client, "/predict/all").json()["results"]) == 3
    assert calls == [len(PNG)]


@pytest.mark.parametrize(
    ("picture", "threads"),
    [
        (PNG, 0),
        (encode(draw(SEVEN, field_px=(320, 320))), 0),
        (encode(draw(SEVEN, field_px=(321, 320))), 1),
        (PNG[:33] + chunk(b"tEXt", b"a\0" + bytes(QUICK_BYTES)) + PNG[33:], 1),
        (encode(draw(SEVEN), "GIF"), 1),
    ],
    ids=["a drawing", "the largest", "one column more", "a long file", "no PNG"],
)
def test_what_takes_long_is_read_beside_the_event_loop(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, picture: bytes, threads: int
) -> None:
    admission = client.app.state.serving.admission  # type: ignore[attr-defined]
    in_thread, calls = admission.in_thread, []

    def counted(function: Callable[[], object]) -> Awaitable[object]:
        calls.append(function)
        waiting: Awaitable[object] = in_thread(function)
        return waiting

    monkeypatch.setattr(admission, "in_thread", counted)
    assert post(client, content=picture).status_code == 200
    assert len(calls) == threads
