"""Every kind of answer passes all middlewares: headers, request id, log line, count and CORS."""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from ml_engine_and_backend.api import app as app_module
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.middleware.admission import Admission
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.api.uploads import body as body_module
from tests.api.asgi import Answer, call, request
from tests.api.conftest import PNG, application
from tests.api.scraping import Scrape
from tests.drawings import draw, encode

ORIGIN = "https://school.example"
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
EXPOSED = {
    *("Retry-After", "X-Request-ID", "Inference-Header-Content-Length"),
    *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"),
}
KEY = "a-key-0123456789"
PREFLIGHT = "Access-Control-Request-Method"


@dataclass
class Kind:
    """A request, the settings it meets, and what is counted of its answer."""

    status: int
    route: str
    method: str = "GET"
    path: str = "/models"
    media_type: str = "image/png"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    stalls: bool = False
    slots: int = 1
    has_models: bool = True


def predict(status: int, body: bytes = PNG, media_type: str = "image/png", **more: Any) -> Kind:
    return Kind(status, "/predict/", "POST", "/predict/", media_type, body, **more)


KINDS = {
    "200": Kind(200, "/models"),
    "200, with content": predict(200),
    "307, slash": Kind(307, "unmatched", path="/models/"),
    "400": predict(400, b"{", "application/json"),
    "401": Kind(401, "unmatched", settings={"api_keys": KEY}),
    "404": Kind(404, "unmatched", path="/nowhere"),
    "404, unknown model": Kind(404, "/models/{name}", path="/models/resnet"),
    "405": Kind(405, "/predict/", path="/predict/"),
    "408": predict(408, PNG[:9], stalls=True),
    "413": predict(413, bytes(51), settings={"max_upload_bytes": 50}),
    "415": predict(415, media_type="text/plain"),
    "422": predict(422, encode(draw([]))),
    "429": Kind(429, "unmatched", settings={"rate_limit": "1/hour"}),
    "500": Kind(500, "/broken/{name}", path="/broken/heart"),
    "503, over capacity": Kind(503, "unmatched", "POST", "/predict/", body=PNG, slots=0),
    "503, not ready": Kind(503, "/ready", path="/ready", has_models=False),
    "preflight": Kind(200, "page", "OPTIONS", headers={PREFLIGHT: "POST"}),
    "preflight refused": Kind(400, "unmatched", "OPTIONS", headers={PREFLIGHT: "DELETE"}),
}


async def answer_to(kind: Kind) -> Answer:
    settings = {"cors_origins": ORIGIN, **kind.settings}
    registry = None if kind.has_models else ModelRegistry()
    app = create_app(Settings(**settings), registry) if registry else application(**settings)

    @app.get("/broken/{name}")
    async def broken(name: str) -> None:
        raise RuntimeError(name)

    headers = {"Origin": ORIGIN, "Content-Type": kind.media_type, **kind.headers}
    scope = request(kind.method, kind.path, headers.items())
    if kind.status == 429:  # the one request that is allowed
        await call(app, dict(scope))
    return await call(app, scope, [kind.body], stalls=kind.stalls)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_answer_passes_all_middlewares(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kind = KINDS[name]
    monkeypatch.setattr(body_module, "BODY_TIMEOUT_S", 0.05)
    admission = partial(Admission, slots=kind.slots, wait_s=0.01)
    monkeypatch.setattr(app_module, "Admission", admission)
    before = Scrape()
    with caplog.at_level(logging.INFO, "ml_engine_and_backend.access"):
        answer = asyncio.run(answer_to(kind))
    assert answer.status == kind.status, answer.body

    headers = dict(answer.headers)
    assert len(headers) == len(answer.headers)  # none is there twice
    assert {key: headers.get(key) for key in SECURITY_HEADERS} == SECURITY_HEADERS
    request_id = headers["x-request-id"]

    assert headers["access-control-allow-origin"] == ORIGIN
    if kind.method != "OPTIONS":
        assert set(headers["access-control-expose-headers"].split(", ")) == EXPOSED

    if kind.status >= 400:
        assert headers["content-type"] == "application/problem+json"
        problem = json.loads(answer.body)
        assert problem["request_id"] == request_id
        assert problem["status"] == kind.status
        assert problem["type"].startswith("urn:digit-ladder:problem:")
        assert problem["title"]
        assert problem["detail"]
    assert ("retry-after" in headers) is (kind.status in (429, 503))

    record = [r for r in caplog.records if r.name == "ml_engine_and_backend.access"][-1]
    assert record.__dict__["status"] == kind.status
    assert record.__dict__["route"] == kind.route
    counted = Scrape().since(before, "http_requests_total")
    labels = {"method": kind.method, "route": kind.route, "status": str(kind.status)}
    assert counted[frozenset(labels.items())] == 1
    assert Scrape().of("http_requests_in_flight") == 0


@pytest.mark.parametrize(
    ("origin", "headers", "allowed"),
    [
        (ORIGIN, "inference-header-content-length", True),
        (ORIGIN, "x-api-key,authorization,content-type", True),
        (ORIGIN, "x-custom", False),
        ("https://evil.example", "content-type", False),
    ],
)
def test_preflight_allows_the_documented_headers_and_says_why_it_refuses_others(
    origin: str, headers: str, allowed: bool
) -> None:
    # keys are on: a preflight carries none
    app = application(cors_origins=ORIGIN, api_keys=KEY, rate_limit="1/hour")
    asked = {"Origin": origin, PREFLIGHT: "POST", "Access-Control-Request-Headers": headers}
    for _ in range(2):  # nor does it count
        answer = asyncio.run(call(app, request("OPTIONS", "/predict/", asked.items())))
        assert answer.status == (200 if allowed else 400)
        assert "Origin" in answer.header("vary")
        if not allowed:
            assert answer.header("content-type") == "application/problem+json"
            assert json.loads(answer.body)["type"].endswith(":preflight-refused")


def test_without_allowed_origins_no_answer_has_a_cors_header() -> None:
    for method in ("GET", "OPTIONS"):
        scope = request(method, "/models", [("Origin", ORIGIN), (PREFLIGHT, "GET")])
        answer = asyncio.run(call(application(), scope))
        assert not [name for name, _ in answer.headers if name.startswith("access-control")]
