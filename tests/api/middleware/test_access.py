"""The whole application behind keys and limits: as strangers, programs and the page see it."""

import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from ml_engine_and_backend.api.accounts.rate_limit import RATE_LIMIT_HEADERS
from ml_engine_and_backend.api.accounts.session_cookie import COOKIE
from ml_engine_and_backend.api.middleware.access import is_open
from ml_engine_and_backend.api.settings import REPOSITORY
from tests.api.conftest import PNG, visitor

KEYS = ("first-key-0123456789", "second-key-0123456789")
LOCKED: dict[str, Any] = {"api_keys": ",".join(KEYS)}
ORIGIN = "https://school.example"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def locked() -> TestClient:
    """A visitor of a locked application that all tests share: it keeps nothing."""
    return visitor(**LOCKED)


def ask(client: TestClient, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response: Response = client.post("/predict/", files={"file": PNG}, headers=named)
    return response


def assert_unauthorized(response: Response) -> None:
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["www-authenticate"].startswith("Bearer ")
    assert response.json()["type"].endswith(":unauthorized")
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_without_keys_and_limit_everybody_may_ask() -> None:
    client = visitor()
    response = ask(client)
    assert response.status_code == 200
    assert not {name.lower() for name in RATE_LIMIT_HEADERS} & set(response.headers)
    assert "set-cookie" not in client.get("/").headers
    assert "securitySchemes" not in client.get("/openapi.json").json()["components"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("header", "value"),
    [("X-API-Key", "{}"), ("Authorization", "Bearer {}"), ("authorization", "bearer  {} ")],
)
def test_each_key_is_taken_in_either_header(
    locked: TestClient, key: str, header: str, value: str
) -> None:
    for path in ("/models", "/metrics", "/v2"):
        assert locked.get(path, headers={header: value.format(key)}).status_code == 200, path


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": KEYS[0] + "0"},
        {"X-API-Key": ",".join(KEYS)},
        {"X-API-Key": b"\xff\xfe" * 20},
        {"Authorization": f"Basic {KEYS[0]}"},
        {"Cookie": f"{COOKIE}={KEYS[0]}", **SAME_ORIGIN},
        SAME_ORIGIN,
    ],
)
def test_answers_401_without_a_known_key(locked: TestClient, headers: dict[str, Any]) -> None:
    response = locked.get("/models", headers=headers)
    assert_unauthorized(response)
    assert KEYS[0] not in response.text


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/openapi.json", "/health", "/ready", "/v2/health/live", "/v2/health/ready"],
)
def test_page_and_health_are_open_and_unlimited(path: str) -> None:
    client = visitor(**LOCKED, rate_limit="1/hour")
    for method in ("GET", "HEAD", "GET"):
        response = client.request(method, path)
        assert response.status_code in (200, 404)  # a page that is not built
        assert "ratelimit-limit" not in response.headers


def test_every_file_of_the_page_is_open() -> None:
    public = REPOSITORY / "frontend" / "public"
    names = [f"/{path.relative_to(public)}" for path in public.rglob("*") if path.is_file()]
    assert names
    assert [name for name in names if not is_open(name)] == []
    assert is_open("/assets/index-4f1a.js")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/predict",
            "/predict/",
            "/predict/all",
            "/models",
            "/models/low",
            "/networks",
            "/reports",
        ),
        *("/reports/digits.png", "/metrics", "/v2", "/v2/models/low", "/v2/models/low/infer"),
        *("/nothing", "/readyz", "/docs/x", "/assets", "/HEALTH", "/index.html"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_every_other_path_is_closed(locked: TestClient, path: str, method: str) -> None:
    assert locked.request(method, path).status_code == 401


# The session cookie.


def test_session_cookie_lets_the_page_ask_in_any_worker() -> None:
    page, other_worker = visitor(**LOCKED), visitor(**LOCKED)
    page.get("/")
    other_worker.cookies = page.cookies
    for client in (page, other_worker):
        assert ask(client, Sec_Fetch_Site="same-origin").status_code == 200
        assert client.get("/models", headers=SAME_ORIGIN).status_code == 200
        # over plain http to another host, browsers send no Sec-Fetch-Site
        assert ask(client, Origin="http://testserver").status_code == 200
        assert client.get("/models", headers={"Referer": "http://testserver/"}).status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/v2", "/nothing", "/modelsx", "/predictx"])
def test_session_cookie_opens_only_what_the_page_asks(path: str) -> None:
    client = visitor(**LOCKED)
    client.get("/")
    assert_unauthorized(client.get(path, headers=SAME_ORIGIN))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_pages_of_other_sites_cannot_use_the_session_cookie(site: str) -> None:
    client = visitor(**LOCKED)
    client.get("/")
    assert_unauthorized(ask(client, Sec_Fetch_Site=site, Origin="http://testserver"))
    assert_unauthorized(ask(client, Origin="https://evil.example"))
    assert_unauthorized(ask(client))


def test_pages_of_allowed_origins_can_read_refusals() -> None:
    client = visitor(**LOCKED, cors_origins=(ORIGIN,), rate_limit="1/hour")
    refusals = [ask(client, Origin=ORIGIN), ask(client, Origin=ORIGIN)]
    assert [response.status_code for response in refusals] == [401, 429]
    for response in refusals:
        assert response.headers["access-control-allow-origin"] == ORIGIN
        exposed = response.headers["access-control-expose-headers"].split(", ")
        assert {"Retry-After", *RATE_LIMIT_HEADERS} <= set(exposed)


# The rate.


def test_rate_limit_headers_count_down_to_429() -> None:
    client = visitor(rate_limit="2/minute")
    responses = [ask(client), client.get("/models"), ask(client)]
    assert [response.status_code for response in responses] == [200, 200, 429]
    for response, remaining in zip(responses, ("1", "0", "0"), strict=True):
        assert response.headers["ratelimit-limit"] == "2"
        assert response.headers["ratelimit-policy"] == "2;w=60"
        assert response.headers["ratelimit-remaining"] == remaining
        assert 1 <= int(response.headers["ratelimit-reset"]) <= 60
    refused = responses[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == refused.headers["ratelimit-reset"]
    assert refused.json()["type"].endswith(":too-many-requests")
    assert "2 requests per 60 s" in refused.json()["detail"]


def test_each_key_has_its_own_limit_from_any_address() -> None:
    client = visitor(**LOCKED, rate_limit="2/hour")
    elsewhere = TestClient(client.app, client=("198.51.100.1", 50_000))
    assert ask(client, X_API_Key=KEYS[0]).status_code == 200
    assert ask(elsewhere, Authorization=f"Bearer {KEYS[0]}").status_code == 200
    assert ask(client, X_API_Key=KEYS[0]).status_code == 429
    assert ask(client, X_API_Key=KEYS[1]).status_code == 200


def test_guessing_keys_is_limited_by_address() -> None:
    client = visitor(**LOCKED, rate_limit="3/hour")
    statuses = [
        client.get(path, headers={"X-API-Key": f"guess-{i:016}"}).status_code
        for i, path in enumerate(["/models", "/metrics", "/metrics", "/metrics", "/models"])
    ]
    assert statuses == [401, 401, 401, 429, 429]
    assert ask(client, X_API_Key=KEYS[0]).status_code == 200


def test_limit_follows_the_address_that_a_trusted_proxy_names() -> None:
    proxied = visitor("192.0.2.7", trusted_proxies=("192.0.2.0/24",), rate_limit="1/hour")
    assert ask(proxied, X_Forwarded_For="203.0.113.1, 198.51.100.9").status_code == 200
    assert ask(proxied, X_Forwarded_For="203.0.113.2, 198.51.100.9").status_code == 429
    assert ask(proxied, X_Forwarded_For="198.51.100.10").status_code == 200
    direct = TestClient(proxied.app, client=("203.0.113.77", 50_000))
    assert ask(direct, X_Forwarded_For="198.51.100.11").status_code == 200
    assert ask(direct, X_Forwarded_For="198.51.100.12").status_code == 429


@pytest.mark.parametrize(("peer", "is_secure"), [("192.0.2.7", True), ("198.51.100.1", False)])
def test_trusted_proxies_tell_that_the_page_came_over_https(peer: str, is_secure: bool) -> None:
    client = visitor(peer, **LOCKED, trusted_proxies=("192.0.2.0/24",))
    cookie = client.get("/", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"]
    assert ("; Secure" in cookie) is is_secure


# What is told.


def test_openapi_tells_how_keys_are_given_and_where_none_is_needed() -> None:
    document = visitor(**LOCKED).get("/openapi.json").json()
    assert document["components"]["securitySchemes"] == {
        "APIKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "Bearer": {"type": "http", "scheme": "bearer"},
    }
    assert document["security"] == [{"APIKey": []}, {"Bearer": []}]
    assert document["paths"]["/health"]["get"]["security"] == []
    assert "security" not in document["paths"]["/predict/"]["post"]


def test_no_key_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    client = visitor(**LOCKED)
    with caplog.at_level(logging.DEBUG):
        client.get("/models", headers={"X-API-Key": KEYS[0]})
        client.get("/models", headers={"X-API-Key": KEYS[0] + "x"})
        client.get("/nothing", headers={"Authorization": f"Bearer {KEYS[1]}"})
    app: Any = client.app
    told = caplog.text + repr(app.user_middleware) + repr(app.state.settings)
    assert "GET /models" in told
    assert not any(key in told for key in KEYS)
