"""The real service behind the real nginx: whose X-Forwarded-For is trusted, and the sub-path."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.api.process import free_port
from tests.deploy.application import Application
from tests.deploy.nginx import Proxy, client_at, running

NGINX_ADDRESS = "127.0.0.1"
CLIENT = "127.0.0.3"
CLAIMED = "203.0.113.7"

Service = tuple[Proxy, Application]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    application = Application(
        free_port(),
        folder / "log",
        LADDER_ROOT_PATH="/digits",
        LADDER_TRUSTED_PROXIES=NGINX_ADDRESS,
        LADDER_RATE_LIMIT="3/hour",
        LADDER_LOG_FORMAT="json",
    )
    with application:
        application.wait_until_ready()
        both = (application.address, application.address)
        with running(folder / "nginx", both, PROXY_PATH="/digits/") as proxy:
            yield proxy, application


def ask(url: str, source: str, request_id: str, path: str = "/health") -> httpx.Response:
    """Send a request from `source` that claims to come from CLAIMED."""
    headers = {"X-Forwarded-For": CLAIMED, "X-Real-IP": CLAIMED, "X-Request-ID": request_id}
    with client_at(source) as client:
        return client.get(url + path, headers=headers)


def logged_client(application: Application, request_id: str) -> str:
    """The client's address in the application's log of one request."""
    for _ in range(500):
        for line in application.log.splitlines():
            if not line.startswith("{"):
                continue  # LiteRT's own
            entry = json.loads(line)
            if entry.get("request_id") == request_id and "client" in entry:
                return str(entry["client"])
        time.sleep(0.02)
    raise AssertionError(f"expected a log line of {request_id}, got:\n{application.log}")


@pytest.mark.parametrize(
    ("request_id", "through_nginx", "source", "logged"),
    [
        ("client-through-nginx", True, CLIENT, CLIENT),
        ("client-past-nginx", False, CLIENT, CLIENT),
        ("from-nginx", False, NGINX_ADDRESS, CLAIMED),
    ],
)
def test_forwarded_address_is_trusted_from_nginx_only(
    service: Service, request_id: str, through_nginx: bool, source: str, logged: str
) -> None:
    proxy, application = service
    url = f"{proxy.url}/digits" if through_nginx else application.url
    answer = ask(url, source, request_id)
    assert answer.status_code == 200
    assert answer.headers["X-Request-ID"] == request_id
    assert logged_client(application, request_id) == logged


def test_rate_limit_through_nginx_is_per_client(service: Service) -> None:
    proxy, _ = service
    url = f"{proxy.url}/digits"
    statuses = {
        source: [ask(url, source, "limited", "/models").status_code for _ in range(4)]
        for source in ("127.0.0.4", "127.0.0.5")
    }
    for source, given in statuses.items():
        assert given == [200, 200, 200, 429], source


def test_openapi_names_the_sub_path(service: Service) -> None:
    proxy, _ = service
    description = ask(proxy.url, "127.0.0.6", "described", "/digits/openapi.json").json()
    assert description["servers"] == [{"url": "/digits"}]
