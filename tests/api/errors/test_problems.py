"""Every row of the contract's error table, and what else people and programs send."""

import asyncio
import threading
import time
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.engine.predictor import Ladder, Logits, Rung
from ml_engine_and_backend.engine.preprocessing import Field
from tests.api.asgi import call, request
from tests.api.conftest import PNG
from tests.drawings import draw, encode
from tests.engine.test_decoding import SVG, bomb, broken_checksum
from tests.fakes import fake_ladder, fake_metadata

LIMIT = Settings().max_upload_bytes


def raw(content: bytes, media_type: str = "image/png") -> dict[str, Any]:
    return {"content": content, "headers": {"Content-Type": media_type}}


# request, status, the end of the problem's type, a part of its detail
TABLE: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "JSON that is not JSON": (raw(b"{not", "application/json"), 400, "malformed-body", "JSON"),
    "JSON, empty": (raw(b"", "application/json"), 400, "malformed-body", "got 0 bytes"),
    "JSON, not UTF-8": (raw(b'"\xff"', "application/json"), 400, "malformed-body", "JSON"),
    "JSON, nested deeply": (raw(b"[" * 100_000, "application/json"), 400, "malformed-body", "JSON"),
    "JSON, a huge number": (raw(b"9" * 9_999, "application/json"), 400, "malformed-body", "JSON"),
    "JSON, a list": ({"json": []}, 400, "malformed-body", "got a list"),
    "JSON, no image": (
        {"json": {"picture": ""}},
        400,
        "malformed-body",
        "got the keys ['picture']",
    ),
    "JSON, image a number": ({"json": {"image": 7}}, 400, "malformed-body", "base64"),
    "base64 that is not": ({"json": {"image": "not base64!"}}, 400, "malformed-body", "base64"),
    "base64, not ASCII": ({"json": {"image": "ä" * 8}}, 400, "malformed-body", "base64"),
    "base64, half a pair": (
        raw(b'{"image": "\\ud800"}', "application/json"),
        *(400, "malformed-body", "base64"),
    ),
    "data URL without base64": (
        {"json": {"image": "data:image/png,abc"}},
        *(400, "malformed-body", "data:image/…;base64"),
    ),
    "form, two pictures": (
        {"files": [("file", PNG), ("file", PNG)]},
        *(400, "malformed-body", "expected one field 'file', got 2"),
    ),
    "JSON, image null": ({"json": {"image": None}}, 400, "malformed-body", "the keys ['image']"),
    "JSON, many keys": (
        {"json": dict.fromkeys(map(str, range(9_999)))},
        *(400, "malformed-body", "…"),
    ),
    "data URL of a text": (
        {"json": {"image": "data:text/plain;base64,AAAA"}},
        *(400, "malformed-body", "data:image/…;base64"),
    ),
    "form without the field": (
        {"files": {"picture": PNG}},
        *(400, "malformed-body", "field 'file', got the fields ['picture']"),
    ),
    "form, the field as text": (
        {"files": {"note": b"x"}, "data": {"file": "7"}},
        *(400, "malformed-body", "got 'file' as text"),
    ),
    "form without a boundary": (
        raw(b"--x\r\n", "multipart/form-data"),
        *(400, "malformed-body", "multipart/form-data"),
    ),
    "form, garbled": (
        raw(b"garbled", "multipart/form-data; boundary=x"),
        *(400, "malformed-body", "multipart/form-data"),
    ),
    "form, empty": (
        raw(b"", "multipart/form-data; boundary=x"),
        *(400, "malformed-body", "got the fields []"),
    ),
    "body of one byte too many": (raw(bytes(LIMIT + 1)), 413, "body-too-large", str(LIMIT)),
    "body of 20 MB": (raw(bytes(20_000_000)), 413, "body-too-large", "got 20000000"),
    "form of 20 MB": (
        {"files": {"file": bytes(20_000_000)}},
        *(413, "body-too-large", f"at most {LIMIT} bytes"),
    ),
    "decompression bomb": (raw(bomb()), 413, "too-many-pixels", "2500000000"),
    "more pixels than allowed": (
        raw(encode(Image.new("1", (5000, 5000)))),
        *(413, "too-many-pixels", "5000 × 5000"),
    ),
    "no media type": ({"content": PNG}, 415, "unsupported-media-type", "got none"),
    "an odd media type": (
        raw(PNG, "application/octet-stream"),
        *(415, "unsupported-media-type", "got application/octet-stream"),
    ),
    "gzipped": (
        {"content": PNG, "headers": {"Content-Type": "image/png", "Content-Encoding": "gzip"}},
        *(415, "unsupported-encoding", "got gzip"),
    ),
    "SVG by its own type": (raw(SVG, "image/svg+xml"), 415, "unsupported-media-type", "svg"),
    "SVG as PNG": (raw(SVG), 422, "unreadable-picture", "b'<svg xml'"),
    "empty body": (raw(b""), 422, "unreadable-picture", "got 0 bytes"),
    "text named .png": (
        {"files": {"file": ("digit.png", b"I am a text.", "image/png")}},
        *(422, "unreadable-picture", "b'I am a t'"),
    ),
    "broken header checksum": (
        raw(broken_checksum(b"IHDR")),
        *(422, "unreadable-picture", "expected a"),
    ),
    "broken data checksum": (
        raw(broken_checksum(b"IDAT")),
        *(422, "unreadable-picture", "checksum"),
    ),
    "truncated": (raw(PNG[: len(PNG) // 2]), 422, "unreadable-picture", "whole"),
    "blank": (raw(encode(Image.new("L", (280, 280), 255))), 422, "blank-drawing", "blank"),
    "near-blank": (raw(encode(draw([[(0.5, 0.5)]], pen_px=9))), 422, "blank-drawing", "only"),
}


@pytest.mark.parametrize("path", ["/predict/", "/predict/all"])
@pytest.mark.parametrize("case", TABLE)
def test_the_error_table(client: TestClient, case: str, path: str) -> None:
    request, status, kind, part = TABLE[case]
    response = client.post(path, **request)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"].endswith(f":{kind}")
    assert problem["status"] == status
    assert problem["title"]
    assert part in problem["detail"]
    assert len(problem["detail"]) < 400


def test_an_animated_gif_is_read_by_its_first_frame(client: TestClient) -> None:
    first, second = draw(), Image.new("L", (280, 280), 255)
    animated = encode(first, "GIF", save_all=True, append_images=[second])
    still = encode(first, "GIF")
    answers = [
        client.post("/predict/", **raw(gif, "image/gif")).json() for gif in (animated, still)
    ]
    assert answers[0]["preprocessing"] == answers[1]["preprocessing"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/predict/", 405),
        ("DELETE", "/predict/all", 405),
        ("POST", "/models", 405),
        ("GET", "/predict", 405),
        ("GET", "/nowhere", 404),
        ("POST", "/nowhere", 404),
        ("POST", "/predict/x", 404),
        ("DELETE", "/favicon.svg", 404),
        ("GET", "/%00", 404),
        ("GET", "/..%2f..%2fREADME.md", 404),
        ("GET", "/models/resnet", 404),
        ("GET", "/models/%00", 404),
    ],
)
def test_other_paths_and_methods_are_problems_too(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


@pytest.mark.parametrize("path", ["/nowhere", "/predict/", "/v2/models/high/infer"])
@pytest.mark.parametrize(("query", "host"), [(b"\xff", "test"), (b"", "["), (b"", "[::")])
def test_a_problem_does_not_depend_on_query_or_host(path: str, query: bytes, host: str) -> None:
    app = create_app(Settings(), Serving(fake_ladder()))
    headers = {"Host": host, "Content-Type": "image/png"}
    scope = {**request("POST", path, headers.items()), "query_string": query}
    answer = asyncio.run(call(app, scope, [b"no picture"]))
    assert 400 <= answer.status < 500
    assert answer.header("content-type") == "application/problem+json"


def test_not_ready_is_503_with_the_reason_and_when_to_retry() -> None:
    app = create_app(Settings(), Serving(ladder=None))
    with TestClient(app) as client:
        assert client.get("/health").json() == {"status": "ok"}
        for method, path in [("GET", "/ready"), ("GET", "/models"), ("POST", "/predict/")]:
            response = client.request(method, path, content=PNG)
            assert response.status_code == 503
            assert int(response.headers["retry-after"]) >= 1
            assert response.json()["type"].endswith(":not-ready")
            assert "being loaded" in response.json()["detail"]


# too many pixels to be read on the event loop
LARGE = encode(draw(field_px=(600, 600)))


def test_over_capacity_is_503_with_when_to_retry_and_the_rest_goes_on() -> None:
    let_go = threading.Event()

    def slow(_: Field) -> Logits:
        assert let_go.wait(60)
        return np.zeros(10, np.float32)

    ladder = Ladder([Rung(fake_metadata(), 0.9, 1000, slow)])

    async def crowd(places: int, callers: int) -> list[httpx.Response]:
        app = create_app(Settings(), Serving(ladder, max_in_flight=places))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            waiting = [
                asyncio.create_task(client.post("/predict/", **raw(LARGE))) for _ in range(callers)
            ]
            deadline = time.monotonic() + 60
            while sum(task.done() for task in waiting) < callers - places:
                # the event loop is free while the networks are busy
                assert (await client.get("/health")).status_code == 200
                assert time.monotonic() < deadline
                await asyncio.sleep(0.01)
            let_go.set()
            return await asyncio.gather(*waiting)

    responses = asyncio.run(crowd(places=3, callers=5))
    assert sorted(r.status_code for r in responses) == [200, 200, 200, 503, 503]
    refused = [r for r in responses if r.status_code == 503]
    assert all(r.headers["retry-after"] == "1" for r in refused)
    assert all(r.json()["type"].endswith(":over-capacity") for r in refused)


def test_an_unexpected_error_tells_nothing_of_the_inside(client: TestClient) -> None:
    client.app.state.serving = None  # type: ignore[attr-defined]
    response = client.post("/predict/", **raw(PNG))
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in response.text
    assert "Serving" not in response.text
