"""What proxies tell of the client, and the path below which they show the service."""

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.middleware.proxies import TrustedProxies
from tests.api.conftest import PNG, visitor

PROXIES = ("192.0.2.0/24", "198.51.100.200", "2001:db8::/32")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", ["203.0.113.9"], "203.0.113.9"),
        ("2001:db8::7", ["203.0.113.9"], "203.0.113.9"),
        ("192.0.2.7", ["2001:db9::1"], "2001:db9::1"),
        # IPv4 on a socket that takes IPv6 too
        ("::ffff:192.0.2.7", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:198.51.100.201", ["203.0.113.9"], "::ffff:198.51.100.201"),
        # what the client itself wrote stands left of what the proxy added
        ("192.0.2.7", ["203.0.113.1, 203.0.113.9"], "203.0.113.9"),
        ("192.0.2.7", ["192.0.2.8, 203.0.113.9"], "203.0.113.9"),
        # two proxies
        ("192.0.2.7", ["203.0.113.1, 203.0.113.9, 192.0.2.8"], "203.0.113.9"),
        ("192.0.2.7", [], "192.0.2.7"),
        # nobody else is believed
        ("198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("127.0.0.1", ["203.0.113.9"], "127.0.0.1"),
    ],
)
def test_forwarded_address_counts_from_trusted_proxies_alone(
    peer: str, forwarded: list[str], address: str
) -> None:
    app = FastAPI()
    app.add_middleware(TrustedProxies, PROXIES)

    @app.get("/")
    async def show(request: Request) -> str:
        assert request.client is not None
        return request.client.host

    headers = [("X-Forwarded-For", value) for value in forwarded]
    response = TestClient(app, client=(peer, 50_000)).get("/", headers=headers)
    assert response.json() == address


PREFIXES = ["", "/digits"]  # cut off by the proxy, or not


@pytest.mark.parametrize("setting", ["/digits", "/digits/"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_below_a_root_path_the_service_is_whole(setting: str, prefix: str) -> None:
    client = visitor(root_path=setting)
    for path in ("/health", "/models/low", "/v2/models/low", "/metrics"):
        assert client.get(prefix + path).status_code == 200, path
    picture = {"files": {"file": PNG}}
    for path in ("/predict", "/predict/", "/predict/all"):
        assert client.post(prefix + path, **picture).status_code == 200, path
    assert client.get(prefix + "/nowhere").status_code == 404
    assert client.get("/digitsx/health").status_code == 404
    problem = client.get(prefix + "/v2/models/resnet").json()
    assert problem["error"] == problem["detail"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_redirects_and_openapi_name_the_root_path(prefix: str) -> None:
    client = visitor(root_path="/digits")
    redirect = client.get(prefix + "/models/")
    assert redirect.status_code == 307
    assert redirect.headers["location"] == "http://testserver/digits/models"
    document = client.get(prefix + "/openapi.json").json()
    assert document["servers"] == [{"url": "/digits"}]
    assert "/predict/" in document["paths"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_keys_and_session_hold_below_a_root_path(prefix: str) -> None:
    client = visitor(root_path="/digits", api_keys="a-key-0123456789")
    for path in ("/health", "/ready", "/openapi.json", "/v2/health/live"):
        assert client.get(prefix + path).status_code == 200, path
    for path in ("/models", "/metrics", "/nowhere"):
        assert client.get(prefix + path).status_code == 401, path
    cookie = client.get(prefix + "/").headers["set-cookie"]
    assert "; Path=/digits/;" in cookie
    session = {"Cookie": cookie.partition(";")[0], "Sec-Fetch-Site": "same-origin"}
    assert client.get(prefix + "/models", headers=session).status_code == 200
    assert client.get(prefix + "/metrics", headers=session).status_code == 401
