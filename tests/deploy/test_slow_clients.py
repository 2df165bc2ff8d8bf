"""Clients by the thousand that never finish, against the shipped nginx with the shipped limits."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY
from tests.deploy.nginx import Proxy, client_at, running
from tests.deploy.stub import stub
from tests.deploy.test_nginx import check_problem

COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SHIPPED = COMPOSE["services"]["nginx"]["environment"]
LIMITS = {name: SHIPPED[name] for name in ("PROXY_RATE", "PROXY_BURST", "PROXY_CONNECTIONS")}
TIMEOUT_S = 10  # of nginx, for headers, bodies and reading
ANSWER_WITHIN_S = 2.0

HALF_HEADERS = b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Le"
HALF_BODY = b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf"
UNREAD = b"GET /huge HTTP/1.1\r\nHost: test\r\n\r\n"
# request, addresses of clients, connections of each
ATTACK = [
    (HALF_HEADERS, [f"127.0.1.{number}" for number in range(1, 3)], 450),
    (HALF_BODY, [f"127.0.2.{number}" for number in range(1, 31)], 30),
    (UNREAD, [f"127.0.3.{number}" for number in range(1, 5)], 25),
]


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """As many open files as the system lets a process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    with stub() as app, running(tmp_path, (app, app), **LIMITS) as proxy:
        yield proxy


def connect(proxy: Proxy, source: str, request: bytes) -> socket.socket:
    """A connection from the address `source` that sends `request` and never reads."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(5)
    connection.bind((source, 0))
    connection.connect(("127.0.0.1", proxy.port))
    connection.sendall(request)
    return connection


def is_closed(connection: socket.socket) -> bool:
    """Whether nginx has closed or reset the connection; reads what it sent before."""
    connection.setblocking(False)
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True


def test_thousands_of_slow_clients_delay_nobody_and_are_cut_off(proxy: Proxy) -> None:
    with ExitStack() as stack:
        client = stack.enter_context(client_at("127.0.0.9"))
        slow = [
            stack.enter_context(connect(proxy, source, request))
            for request, sources, count in ATTACK
            for source in sources
            for _ in range(count)
        ]
        assert len(slow) == 1900
        opened = time.monotonic()
        for _ in range(50):
            asked = time.monotonic()
            assert client.post(f"{proxy.url}/predict/", content=b"x").status_code == 200
            assert time.monotonic() - asked < ANSWER_WITHIN_S
        assert not is_closed(slow[0]), "expected slow clients to be connected still"

        time.sleep(opened + TIMEOUT_S + 4 - time.monotonic())
        still_open = [connection.getsockname() for connection in slow if not is_closed(connection)]
        assert still_open == []


def test_slow_clients_are_limited_by_address(proxy: Proxy) -> None:
    with ExitStack() as stack:
        attacker = stack.enter_context(client_at("127.0.0.8"))
        client = stack.enter_context(client_at("127.0.0.9"))
        for _ in range(int(LIMITS["PROXY_CONNECTIONS"])):
            stack.enter_context(connect(proxy, "127.0.0.8", HALF_BODY))
        opened = time.monotonic()
        refused = attacker.get(f"{proxy.url}/")
        # read before the last of them, it took that one's place
        while refused.status_code != 429 and time.monotonic() < opened + TIMEOUT_S:
            stack.enter_context(connect(proxy, "127.0.0.8", HALF_BODY))
            time.sleep(0.02)
            refused = attacker.get(f"{proxy.url}/")
        check_problem(refused, 429, "too-many-requests")
        assert refused.headers["Retry-After"] == "1"
        assert client.get(f"{proxy.url}/").status_code == 200
