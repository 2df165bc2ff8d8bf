"""The whole application behind keys and limits, as strangers, programs and the page meet it."""

import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from pydantic import SecretStr

from ml_engine_and_backend.api.accounts.session_cookie import COOKIE
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.middleware.access import RATE_LIMIT_HEADERS, is_open
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.settings import REPOSITORY, Settings
from tests.api.conftest import PNG
from tests.fakes import fake_ladder

KEYS = ("first-key-0123456789", "second-key-0123456789")
LOCKED: dict[str, Any] = {"api_keys": tuple(map(SecretStr, KEYS))}
ORIGIN = "https://school.example"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def visitor(
    address: str = "192.0.2.7", base_url: str = "http://testserver", **settings: Any
) -> TestClient:
    """A client at `address` of an application of its own."""
    app = create_app(Settings(**settings), Serving(fake_ladder()))
    return TestClient(app, base_url=base_url, client=(address, 50_000))


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


def test_without_keys_and_rate_nothing_stands_between() -> None:
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
def test_any_of_the_keys_opens_in_either_header(
    locked: TestClient, key: str, header: str, value: str
) -> None:
    for path in ("/models", "/metrics", "/v2"):
        assert locked.get(path, headers={header: value.format(key)}).status_code == 200, path


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": ""},
        {"X-API-Key": KEYS[0][:-1]},
        {"X-API-Key": KEYS[0] + "0"},
        {"X-API-Key": KEYS[0].upper()},
        {"X-API-Key": ",".join(KEYS)},
        {"X-API-Key": b"\xff\xfe" * 20},
        {"Authorization": KEYS[0]},
        {"Authorization": f"Basic {KEYS[0]}"},
        {"Authorization": "Bearer"},
        {"Cookie": f"{COOKIE}={KEYS[0]}", **SAME_ORIGIN},
        SAME_ORIGIN,
    ],
)
def test_without_a_key_of_ours_the_answer_is_401(
    locked: TestClient, headers: dict[str, Any]
) -> None:
    response = locked.get("/models", headers=headers)
    assert_unauthorized(response)
    assert KEYS[0] not in response.text


def test_the_challenge_tells_a_missing_key_from_a_wrong_one(locked: TestClient) -> None:
    missing, wrong = locked.get("/models"), locked.get("/models", headers={"X-API-Key": "guess"})
    assert missing.headers["www-authenticate"] == 'Bearer realm="digit-ladder"'
    assert "got none" in missing.json()["detail"]
    assert wrong.headers["www-authenticate"].endswith(', error="invalid_token"')
    assert "got one that is not known" in wrong.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/openapi.json", "/health", "/ready", "/v2/health/live", "/v2/health/ready"],
)
def test_the_page_and_the_state_of_the_service_are_open(path: str) -> None:
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
        *("/predict", "/predict/", "/predict/all", "/models", "/models/low", "/reports"),
        *("/reports/digits.png", "/metrics", "/v2", "/v2/models/low", "/v2/models/low/infer"),
        *("/nothing", "/health/", "/docs/x", "/assets", "/HEALTH", "/index.html"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_whatever_is_not_named_as_open_is_closed(
    locked: TestClient, path: str, method: str
) -> None:
    assert locked.request(method, path).status_code == 401


def test_tensor_clients_find_the_member_that_they_look_for(locked: TestClient) -> None:
    problem = locked.get("/v2/models/low").json()
    assert problem["error"] == problem["detail"]
    assert "error" not in locked.get("/models").json()


# The page's pass.


def test_the_page_asks_with_its_pass_and_in_any_worker() -> None:
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
def test_the_pass_is_good_for_nothing_that_the_page_does_not_ask(path: str) -> None:
    client = visitor(**LOCKED)
    client.get("/")
    assert_unauthorized(client.get(path, headers=SAME_ORIGIN))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_another_sites_page_cannot_use_the_pass(site: str) -> None:
    client = visitor(**LOCKED)
    client.get("/")
    assert_unauthorized(ask(client, Sec_Fetch_Site=site, Origin="http://testserver"))
    assert_unauthorized(ask(client, Origin="https://evil.example"))
    assert_unauthorized(ask(client))


def test_a_pass_of_other_keys_is_none() -> None:
    client = visitor(**LOCKED)
    before = visitor(api_keys=(SecretStr("a-key-that-was-before"),))
    before.get("/")
    client.cookies = before.cookies
    assert_unauthorized(ask(client, Sec_Fetch_Site="same-origin"))


@pytest.mark.parametrize(("scheme", "is_secure"), [("https", True), ("http", False)])
def test_the_cookie_is_secure_where_the_page_is(scheme: str, is_secure: bool) -> None:
    client = visitor(base_url=f"{scheme}://testserver", **LOCKED)
    for method in ("GET", "HEAD"):
        cookie = client.request(method, "/").headers["set-cookie"]
        assert cookie.startswith(f"{COOKIE}=")
        assert ("; Secure" in cookie) is is_secure
    assert "set-cookie" not in client.get("/health").headers


# Other origins.


def test_a_preflight_needs_no_key_and_allows_to_send_one() -> None:
    client = visitor(**LOCKED, cors_origins=(ORIGIN,), rate_limit="1/hour")
    for _ in range(3):  # nor does it count
        preflight = client.options(
            "/predict/",
            headers={
                "Origin": ORIGIN,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type,x-api-key",
            },
        )
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert ask(client, Origin=ORIGIN, X_API_Key=KEYS[0]).status_code == 200


def test_a_page_of_an_allowed_origin_can_read_why_it_is_refused() -> None:
    client = visitor(**LOCKED, cors_origins=(ORIGIN,), rate_limit="1/hour")
    refusals = [ask(client, Origin=ORIGIN), ask(client, Origin=ORIGIN)]
    assert [response.status_code for response in refusals] == [401, 429]
    for response in refusals:
        assert response.headers["access-control-allow-origin"] == ORIGIN
        exposed = response.headers["access-control-expose-headers"].split(", ")
        assert {"Retry-After", *RATE_LIMIT_HEADERS} <= set(exposed)


# The rate.


def test_answers_tell_what_is_left_and_429_when_to_come_back() -> None:
    client = visitor(rate_limit="2/minute")
    first, second, third = ask(client), client.get("/models"), ask(client)
    for response, remaining, reset in [(first, 1, 30), (second, 0, 60)]:
        assert response.status_code == 200
        assert response.headers["ratelimit-limit"] == "2"
        assert response.headers["ratelimit-policy"] == "2;w=60"
        assert response.headers["ratelimit-remaining"] == str(remaining)
        # the clock runs on while the test does
        assert int(response.headers["ratelimit-reset"]) == pytest.approx(reset, abs=20)
    assert third.status_code == 429
    assert third.headers["content-type"] == "application/problem+json"
    assert third.json()["type"].endswith(":too-many-requests")
    assert "2 requests in 60 s" in third.json()["detail"]
    assert 1 <= int(third.headers["retry-after"]) <= 30
    assert third.headers["ratelimit-reset"] == third.headers["retry-after"]
    assert third.headers["ratelimit-remaining"] == "0"


def test_errors_count_and_carry_the_headers_too() -> None:
    client = visitor(rate_limit="2/hour")
    assert client.get("/nothing").headers["ratelimit-remaining"] == "1"
    assert client.post("/predict/").headers["ratelimit-remaining"] == "0"


def test_watching_does_not_count() -> None:
    client = visitor(rate_limit="1/hour")
    for path in ("/metrics", "/health", "/ready", "/v2/health/live", "/", "/openapi.json") * 2:
        assert client.get(path).status_code in (200, 404), path
    assert ask(client).status_code == 200


def test_a_key_is_a_client_wherever_it_is_used_and_addresses_are_others() -> None:
    client = visitor(**LOCKED, rate_limit="2/hour")
    elsewhere = TestClient(client.app, client=("198.51.100.1", 50_000))
    assert ask(client, X_API_Key=KEYS[0]).status_code == 200
    assert ask(elsewhere, Authorization=f"Bearer {KEYS[0]}").status_code == 200
    assert ask(client, X_API_Key=KEYS[0]).status_code == 429
    assert ask(client, X_API_Key=KEYS[1]).status_code == 200


def test_trying_keys_is_bounded_by_address_and_locks_nobody_else_out() -> None:
    client = visitor(**LOCKED, rate_limit="3/hour")
    statuses = [
        client.get(path, headers={"X-API-Key": f"guess-{i:016}"}).status_code
        for i, path in enumerate(["/models", "/metrics", "/metrics", "/metrics", "/models"])
    ]
    assert statuses == [401, 401, 401, 429, 429]
    assert ask(client, X_API_Key=KEYS[0]).status_code == 200


def test_without_keys_a_made_up_one_is_no_other_client() -> None:
    client = visitor(rate_limit="1/hour")
    assert ask(client, X_API_Key="made-up-0123456789").status_code == 200
    assert ask(client, X_API_Key="another-0123456789").status_code == 429


def test_addresses_of_one_ipv6_network_are_one_client() -> None:
    client = visitor("2001:db8::1", rate_limit="1/hour")
    assert ask(client).status_code == 200
    neighbour = TestClient(client.app, client=("2001:db8::2", 50_000))
    assert ask(neighbour).status_code == 429
    stranger = TestClient(client.app, client=("2001:db8:0:1::1", 50_000))
    assert ask(stranger).status_code == 200


def test_the_limit_holds_whom_a_trusted_proxy_names_and_nobody_chooses_a_name() -> None:
    proxied = visitor("192.0.2.7", trusted_proxies=("192.0.2.0/24",), rate_limit="1/hour")
    assert ask(proxied, X_Forwarded_For="203.0.113.1, 198.51.100.9").status_code == 200
    assert ask(proxied, X_Forwarded_For="203.0.113.2, 198.51.100.9").status_code == 429
    assert ask(proxied, X_Forwarded_For="198.51.100.10").status_code == 200
    direct = TestClient(proxied.app, client=("203.0.113.77", 50_000))
    assert ask(direct, X_Forwarded_For="198.51.100.11").status_code == 200
    assert ask(direct, X_Forwarded_For="198.51.100.12").status_code == 429


@pytest.mark.parametrize(("peer", "is_secure"), [("192.0.2.7", True), ("198.51.100.1", False)])
def test_a_trusted_proxy_tells_that_the_page_came_over_https(peer: str, is_secure: bool) -> None:
    client = visitor(peer, **LOCKED, trusted_proxies=("192.0.2.0/24",))
    cookie = client.get("/", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"]
    assert ("; Secure" in cookie) is is_secure


# Telling.


def test_the_document_tells_how_keys_are_given_and_where_none_is_needed() -> None:
    document = visitor(**LOCKED).get("/openapi.json").json()
    assert document["components"]["securitySchemes"] == {
        "APIKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "Bearer": {"type": "http", "scheme": "bearer"},
    }
    assert document["security"] == [{"APIKey": []}, {"Bearer": []}]
    assert document["paths"]["/health"]["get"]["security"] == []
    assert "security" not in document["paths"]["/predict/"]["post"]


def test_no_key_gets_into_a_log_or_a_text(caplog: pytest.LogCaptureFixture) -> None:
    client = visitor(**LOCKED)
    with caplog.at_level(logging.DEBUG):
        client.get("/models", headers={"X-API-Key": KEYS[0]})
        client.get("/models", headers={"X-API-Key": KEYS[0] + "x"})
        client.get("/nothing", headers={"Authorization": f"Bearer {KEYS[1]}"})
    app: Any = client.app
    told = caplog.text + repr(app.user_middleware) + repr(app.state.settings)
    assert "GET /models" in told
    assert not any(key in told for key in KEYS)
