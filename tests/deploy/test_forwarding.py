"""Whose word about the client's address is believed: nginx's, and nobody else's."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.api.test_server import free_port
from tests.deploy.application import Application
from tests.deploy.nginx import Proxy, running

# Linux takes the whole of 127.0.0.0/8 for itself, so one machine can be several clients
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
        LADDER_TRUSTED_PROXIES=NGINX_ADDRESS,
        LADDER_RATE_LIMIT="3/hour",
        LADDER_LOG_FORMAT="json",
    )
    with application:
        application.wait_until_ready()
        both = (application.address, application.address)
        with running(folder / "nginx", both) as proxy:
            yield proxy, application


def ask(url: str, source: str, request_id: str, path: str = "/health") -> httpx.Response:
    """A request from `source` that claims to come from CLAIMED."""
    headers = {"X-Forwarded-For": CLAIMED, "X-Real-IP": CLAIMED, "X-Request-ID": request_id}
    with httpx.Client(transport=httpx.HTTPTransport(local_address=source)) as client:
        return client.get(url + path, headers=headers)


def logged_client(application: Application, request_id: str) -> str:
    """The client's address in the application's log of one request."""
    for _ in range(100):
        for line in application.log.splitlines():
            if not line.startswith("{"):
                continue  # LiteRT's own
            entry = json.loads(line)
            if entry.get("request_id") == request_id and "client" in entry:
                return str(entry["client"])
        time.sleep(0.02)
    raise AssertionError(f"expected a line about {request_id}, got:\n{application.log}")


@pytest.mark.parametrize(
    ("request_id", "through_nginx", "source", "believed"),
    [
        ("stranger-through-nginx", True, CLIENT, CLIENT),
        ("stranger-past-nginx", False, CLIENT, CLIENT),
        ("as-nginx", False, NGINX_ADDRESS, CLAIMED),
    ],
)
def test_only_nginx_is_believed(
    service: Service, request_id: str, through_nginx: bool, source: str, believed: str
) -> None:
    proxy, application = service
    answer = ask(proxy.url if through_nginx else application.url, source, request_id)
    assert answer.status_code == 200
    assert answer.headers["X-Request-ID"] == request_id
    assert logged_client(application, request_id) == believed


def test_the_rate_limit_is_each_clients_own_through_nginx_too(service: Service) -> None:
    proxy, _ = service
    statuses = {
        source: [ask(proxy.url, source, "limited", "/models").status_code for _ in range(4)]
        for source in ("127.0.0.4", "127.0.0.5")
    }
    for source, given in statuses.items():
        assert given == [200, 200, 200, 429], source
