"""The shipped nginx configuration, before stand-ins for the application."""

import http.client
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from ml_engine_and_backend.api.middleware.security_headers import SECURITY_HEADERS
from tests.api.test_server import free_port
from tests.deploy.nginx import Proxy, render, running
from tests.deploy.stub import PROBLEM, stub


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with (
        stub() as first,
        stub() as second,
        running(tmp_path_factory.mktemp("nginx"), (first, second)) as proxy,
    ):
        yield proxy
    assert "[alert]" not in proxy.errors
    assert "[crit]" not in proxy.errors


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy with no application behind it."""
    apps = (f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}")
    with running(tmp_path_factory.mktemp("nginx"), apps) as proxy:
        yield proxy


def exchange(proxy: Proxy, request: bytes) -> httpx.Response:
    """The one answer to these bytes."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())


def test_only_the_named_variables_are_filled_in() -> None:
    assert render("${PROXY_A} $host ${host} $PROXY_B", {"PROXY_A": "a"}) == (
        "a $host ${host} $PROXY_B"
    )


def test_requests_arrive_whole_at_both(proxy: Proxy) -> None:
    answers = [httpx.post(f"{proxy.url}/predict/?model=cnn", content=b"x" * 999) for _ in range(8)]
    for answer in answers:
        told = answer.json()
        assert (told["method"], told["path"], told["body_bytes"]) == (
            "POST",
            "/predict/?model=cnn",
            999,
        )
    assert len({answer.json()["port"] for answer in answers}) == 2


@pytest.mark.parametrize(
    ("name", "sent", "arrives"),
    [
        ("X-Forwarded-For", "203.0.113.7", "127.0.0.1"),
        ("X-Forwarded-For", None, "127.0.0.1"),
        ("X-Forwarded-Proto", "https", "http"),
        ("X-Forwarded-Host", "evil.example", None),
        ("X-Real-IP", "203.0.113.7", None),
        ("Forwarded", "for=203.0.113.7", None),
        ("X-Request-ID", "abc-123", "abc-123"),
        ("X-API-Key", "secret", "secret"),
        ("Authorization", "Bearer secret", "Bearer secret"),
        ("Inference-Header-Content-Length", "12", "12"),
        ("Connection", "close", None),
    ],
)
def test_headers_that_arrive(
    proxy: Proxy, name: str, sent: str | None, arrives: str | None
) -> None:
    headers = {name: sent} if sent is not None else {}
    told = httpx.get(f"{proxy.url}/predict/", headers=headers).json()["headers"]
    assert told.get(name.lower()) == arrives


@pytest.mark.parametrize("sent", [None, "", "a b", "x" * 65, 'a"b'])
def test_a_request_without_a_proper_id_gets_one(proxy: Proxy, sent: str | None) -> None:
    headers = {"X-Request-ID": sent} if sent is not None else {}
    told = httpx.get(f"{proxy.url}/", headers=headers).json()["headers"]
    assert re.fullmatch("[0-9a-f]{32}", told["x-request-id"])
    assert proxy.logged(told["x-request-id"])["path"] == "/"


@pytest.mark.parametrize("status", [404, 413, 422, 429, 500, 503])
def test_the_applications_errors_pass_unchanged(proxy: Proxy, status: int) -> None:
    headers = {"X-Request-ID": f"status-{status}"}
    answer = httpx.post(f"{proxy.url}/status/{status}", content=b"x", headers=headers)
    assert (answer.status_code, answer.content) == (status, PROBLEM)
    # asked once
    assert proxy.logged(f"status-{status}")["upstream_status"] == str(status)


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/metrics/",
        "/metrics?x=1",
        "//metrics",
        "/%6Detrics",
        "/x/../metrics",
        "/./metrics",
    ],
)
def test_metrics_stay_inside(proxy: Proxy, path: str) -> None:
    answer = exchange(
        proxy, f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".encode()
    )
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:digit-ladder:problem:not-found"


@pytest.mark.parametrize(
    ("request_bytes", "status", "kind"),
    [
        (b"NONSENSE\r\n\r\n", 400, "malformed-request"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "malformed-request"),  # no Host
        (b"TRACE / HTTP/1.1\r\nHost: test\r\n\r\n", 405, "method-not-allowed"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: test\r\n\r\n", 414, "uri-too-long"),
        (
            b"GET / HTTP/1.1\r\nHost: test\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
            431,
            "headers-too-large",
        ),
        (
            b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2097153\r\n\r\n",
            413,
            "body-too-large",
        ),
    ],
)
def test_nginx_errors_are_problems(
    proxy: Proxy, request_bytes: bytes, status: int, kind: str
) -> None:
    answer = exchange(proxy, request_bytes)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    given = {name: answer.headers.get(name) for name in SECURITY_HEADERS}
    assert given == SECURITY_HEADERS
    assert problem["type"] == f"urn:digit-ladder:problem:{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].startswith("expected ")


def test_a_body_between_the_two_limits_is_the_applications_matter(proxy: Proxy) -> None:
    told = httpx.post(f"{proxy.url}/predict/", content=bytes(2_000_000)).json()
    assert told["body_bytes"] == 2_000_000


def test_a_body_far_too_large_gets_its_413_though_all_is_sent_first(proxy: Proxy) -> None:
    answer = httpx.post(f"{proxy.url}/predict/", content=bytes(20_000_000))
    assert answer.status_code == 413
    assert answer.json()["detail"] == "expected at most 1048576 bytes, got more than 2097152"


def test_nobody_there_is_a_502_that_says_when_to_come_back(nobody: Proxy) -> None:
    headers = {"X-Request-ID": "mine"}
    answer = httpx.post(f"{nobody.url}/predict/", content=b"x", headers=headers)
    assert answer.status_code == 502
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "1"
    assert answer.json() == {
        "type": "urn:digit-ladder:problem:unreachable",
        "title": "The service cannot be reached",
        "status": 502,
        "detail": "expected an answer from one of two processes, got none from either",
        "request_id": "mine",
    }


def test_a_post_that_got_no_answer_is_asked_once_more_and_no_oftener(proxy: Proxy) -> None:
    answer = httpx.post(f"{proxy.url}/die", content=b"x", headers={"X-Request-ID": "die"})
    assert answer.status_code == 502
    asked = proxy.logged("die")["upstream"].split(", ")
    # nginx writes the name of the group where no process is left to ask
    assert sorted(address for address in asked if address != "ladder") == sorted(set(proxy.apps))


def test_one_of_two_is_enough(tmp_path: Path) -> None:
    with stub() as alive, running(tmp_path, (f"127.0.0.1:{free_port()}", alive)) as proxy:
        asked = []
        for number in range(10):
            headers = {"X-Request-ID": f"request-{number}"}
            answer = httpx.post(f"{proxy.url}/predict/", content=b"x", headers=headers)
            assert answer.status_code == 200
            asked.append(proxy.logged(f"request-{number}")["upstream"])
    # the dead one is tried until it has failed as often as is allowed, then left alone
    assert 1 <= sum("," in upstreams for upstreams in asked) <= 3
    assert asked[-1] == alive


@pytest.mark.parametrize(
    ("path", "encoding"), [("/long", "gzip"), ("/predict/", None)], ids=["long", "short"]
)
def test_only_long_answers_are_compressed(proxy: Proxy, path: str, encoding: str | None) -> None:
    answer = httpx.get(proxy.url + path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.json()["path"] == path


def test_one_address_gets_its_share_and_no_more(tmp_path: Path) -> None:
    with (
        stub() as app,
        running(tmp_path, (app, app), PROXY_RATE="1r/s", PROXY_BURST="3") as proxy,
    ):
        answers = [httpx.get(f"{proxy.url}/predict/") for _ in range(12)]
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["detail"].startswith("expected at most 1r/s and 1000 requests at once")


def test_an_address_holds_so_many_connections_at_work(tmp_path: Path) -> None:
    half = b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf"
    with (
        stub() as app,
        running(tmp_path, (app, app), PROXY_CONNECTIONS="2") as proxy,
        socket.create_connection(("127.0.0.1", proxy.port)) as one,
        socket.create_connection(("127.0.0.1", proxy.port)) as two,
    ):
        for connection in (one, two):
            connection.sendall(half)
        for _ in range(100):
            status = httpx.get(f"{proxy.url}/").status_code
            if status == 429:
                break
            time.sleep(0.02)
    assert status == 429


def test_a_slow_body_reaches_nobody_before_it_is_whole(proxy: Proxy) -> None:
    head = (
        b"POST /slow HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        b"X-Request-ID: slow\r\nContent-Length: 4\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(head + b"ab")
        time.sleep(0.5)
        connection.sendall(b"cd")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert b'"body_bytes": 4' in answer
    entry = proxy.logged("slow")
    assert entry["seconds"] >= 0.4
    assert float(entry["upstream_seconds"]) < 0.4


def test_a_thousand_that_never_finish_stop_nobody_and_are_cut_off(proxy: Proxy) -> None:
    half_headers = b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Le"
    half_body = b"POST /predict/ HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf"
    slow = [socket.create_connection(("127.0.0.1", proxy.port), timeout=15) for _ in range(1000)]
    try:
        for number, connection in enumerate(slow):
            # of those with whole headers, one address may have no more than PROXY_CONNECTIONS
            connection.sendall(half_headers if number % 2 else half_body)
        assert httpx.post(f"{proxy.url}/predict/", content=b"x", timeout=2).status_code == 200
        for connection in slow[:20]:
            with suppress(ConnectionResetError):
                assert connection.recv(1000) == b""
    finally:
        for connection in slow:
            connection.close()


def test_no_query_and_no_key_is_logged(proxy: Proxy) -> None:
    headers = {"X-API-Key": "geheim", "X-Request-ID": "secret"}
    httpx.get(f"{proxy.url}/models?key=geheim", headers=headers)
    assert proxy.logged("secret")["path"] == "/models"
    assert "geheim" not in (proxy.folder / "access").read_text()
