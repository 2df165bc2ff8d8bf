"""The shipped nginx configuration, in front of stand-ins for the application."""

import http.client
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ml_engine_and_backend.api.middleware.security_headers import SECURITY_HEADERS
from tests.api.process import free_port
from tests.deploy.nginx import Proxy, running
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


def exchange(proxy: Proxy, request: bytes) -> httpx.Response:
    """The one answer to these bytes."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())


def check_problem(answer: httpx.Response, status: int, kind: str) -> None:
    """It is problem+json of nginx's own, with the headers of the application's answers."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:digit-ladder:problem:{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].startswith("expected ")
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_requests_reach_both_applications_whole(proxy: Proxy) -> None:
    answers = [httpx.post(f"{proxy.url}/predict/?model=cnn", content=b"x" * 999) for _ in range(8)]
    for answer in answers:
        came = answer.json()
        assert (came["method"], came["path"]) == ("POST", "/predict/?model=cnn")
        assert came["body_bytes"] == 999
    assert len({answer.json()["port"] for answer in answers}) == 2


@pytest.mark.parametrize(
    ("name", "sent", "arrives"),
    [
        ("X-Forwarded-For", "203.0.113.7", "127.0.0.1"),
        ("X-Forwarded-Proto", "https", "http"),
        ("X-Forwarded-Host", "evil.example", None),
        ("Forwarded", "for=203.0.113.7", None),
        ("X-Request-ID", "abc-123", "abc-123"),
        ("X-API-Key", "secret", "secret"),
        ("Inference-Header-Content-Length", "12", "12"),
        ("Connection", "close", None),
    ],
)
def test_headers_that_arrive(
    proxy: Proxy, name: str, sent: str | None, arrives: str | None
) -> None:
    headers = {name: sent} if sent is not None else {}
    came = httpx.get(f"{proxy.url}/predict/", headers=headers).json()["headers"]
    assert came.get(name.lower()) == arrives


@pytest.mark.parametrize("sent", [None, "", "a b", "x" * 65, 'a"b'])
def test_malformed_request_id_is_replaced(proxy: Proxy, sent: str | None) -> None:
    headers = {"X-Request-ID": sent} if sent is not None else {}
    came = httpx.get(f"{proxy.url}/", headers=headers).json()["headers"]
    assert re.fullmatch("[0-9a-f]{32}", came["x-request-id"])
    assert proxy.logged(came["x-request-id"])["path"] == "/"


@pytest.mark.parametrize("status", [404, 413, 422, 429, 500, 503])
def test_application_errors_pass_unchanged_and_are_not_retried(proxy: Proxy, status: int) -> None:
    headers = {"X-Request-ID": f"status-{status}"}
    answer = httpx.post(f"{proxy.url}/status/{status}", content=b"x", headers=headers)
    assert (answer.status_code, answer.content) == (status, PROBLEM)
    assert proxy.logged(f"status-{status}")["upstream_status"] == str(status)


@pytest.mark.parametrize(
    ("method", "path", "times"),
    [
        ("GET", "/models", 2),
        ("POST", "/predict", 2),
        ("POST", "/predict/", 2),
        ("POST", "/predict/all", 2),
        ("POST", "/read", 2),
        ("POST", "/v2/models/cnn/infer", 2),
        ("POST", "/predictions/7/feedback", 1),
        ("POST", "/accounts", 1),
        ("POST", "/review/7", 1),
        ("POST", "/promotions", 1),
        ("PATCH", "/accounts/me", 1),
    ],
)
def test_only_what_asks_for_an_answer_is_sent_to_the_other_process(
    method: str, path: str, times: int, tmp_path: Path
) -> None:
    headers = {"X-Die": "yes", "X-Request-ID": "dying"}
    with (
        stub() as first,
        stub() as second,
        running(tmp_path, (first, second)) as proxy,
    ):
        answer = httpx.request(method, f"{proxy.url}{path}", headers=headers)
        check_problem(answer, 502, "unreachable")
        assert len(proxy.logged("dying")["upstream"].split(", ")) == times


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/metrics/", "/metrics?x=1", "//metrics"),
        *("/%6Detrics", "/x/../metrics", "/./metrics"),
    ],
)
def test_metrics_are_not_public(proxy: Proxy, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
    check_problem(exchange(proxy, request.encode()), 404, "not-found")


LONG = b"a" * 9000


@pytest.mark.parametrize(
    ("request_bytes", "status", "kind"),
    [
        (b"NONSENSE\r\n\r\n", 400, "malformed-request"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "malformed-request"),  # no Host
        (b"TRACE / HTTP/1.1\r\nHost: test\r\n\r\n", 405, "method-not-allowed"),
        (b"GET /" + LONG + b" HTTP/1.1\r\nHost: test\r\n\r\n", 414, "uri-too-long"),
        (b"GET / HTTP/1.1\r\nHost: test\r\nX: " + LONG + b"\r\n\r\n", 431, "headers-too-large"),
        (
            b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 13631489\r\n\r\n",
            *(413, "body-too-large"),
        ),
    ],
)
def test_nginx_errors_are_problems(
    proxy: Proxy, request_bytes: bytes, status: int, kind: str
) -> None:
    check_problem(exchange(proxy, request_bytes), status, kind)


def test_application_gets_bodies_up_to_the_limit_of_nginx(proxy: Proxy) -> None:
    answer = httpx.post(f"{proxy.url}/predict/", content=bytes(2_000_000))
    assert answer.json()["body_bytes"] == 2_000_000


def test_client_that_sends_everything_first_still_gets_413(proxy: Proxy) -> None:
    answer = httpx.post(f"{proxy.url}/predict/", content=bytes(20_000_000))
    check_problem(answer, 413, "body-too-large")
    assert answer.json()["detail"] == "expected at most 12582912 bytes, got more than 13631488"


def test_unreachable_application_is_502_with_retry_after(tmp_path: Path) -> None:
    apps = (f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}")
    with running(tmp_path, apps) as proxy:
        headers = {"X-Request-ID": "mine"}
        answer = httpx.post(f"{proxy.url}/predict/", content=b"x", headers=headers)
    check_problem(answer, 502, "unreachable")
    assert answer.json()["request_id"] == "mine"
    assert answer.headers["Retry-After"] == "1"


def test_unreachable_application_is_left_alone(tmp_path: Path) -> None:
    with stub() as alive, running(tmp_path, (f"127.0.0.1:{free_port()}", alive)) as proxy:
        asked = []
        for number in range(10):
            headers = {"X-Request-ID": f"request-{number}"}
            answer = httpx.post(f"{proxy.url}/predict/", content=b"x", headers=headers)
            assert answer.status_code == 200
            asked.append(proxy.logged(f"request-{number}")["upstream"])
    # tried until it has failed max_fails times
    assert 1 <= sum("," in upstreams for upstreams in asked) <= 3
    assert asked[-1] == alive


def test_request_rate_of_one_address_is_limited(tmp_path: Path) -> None:
    with (
        stub() as app,
        running(tmp_path, (app, app), PROXY_RATE="1r/s", PROXY_BURST="3") as proxy,
    ):
        answers = [httpx.get(f"{proxy.url}/predict/") for _ in range(12)]
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    check_problem(refused, 429, "too-many-requests")
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["detail"].startswith("expected at most 1r/s and 1000 requests at once")


def test_slow_body_is_complete_before_the_application_is_asked(proxy: Proxy) -> None:
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


def test_log_has_no_query_and_no_key(proxy: Proxy) -> None:
    headers = {"X-API-Key": "hidden", "X-Request-ID": "logged"}
    httpx.get(f"{proxy.url}/models?key=hidden", headers=headers)
    assert proxy.logged("logged")["path"] == "/models"
    assert "hidden" not in (proxy.folder / "access").read_text()


@pytest.fixture(scope="module")
def below_digits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """nginx that shows the application at /digits/."""
    with (
        stub() as app,
        running(tmp_path_factory.mktemp("nginx"), (app, app), PROXY_PATH="/digits/") as proxy,
    ):
        yield proxy


@pytest.mark.parametrize(
    ("asked", "arrives"),
    [
        ("/digits/", "/"),
        ("/digits/predict/?model=cnn", "/predict/?model=cnn"),
        ("/digits/predict", "/predict"),
        ("/digits/predictions/7", "/predictions/7"),
        ("/digits/read?model=cnn", "/read?model=cnn"),
        ("/digits/ready", "/ready"),
        ("/digits/v2/models/a%20b/infer", "/v2/models/a%20b/infer"),
        ("/digits/models/a%20b", "/models/a%20b"),
        ("/digits/x/../models", "/models"),
    ],
)
def test_sub_path_is_removed(below_digits: Proxy, asked: str, arrives: str) -> None:
    request = f"GET {asked} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
    assert exchange(below_digits, request.encode()).json()["path"] == arrives


def test_sub_path_without_its_slash_is_redirected(below_digits: Proxy) -> None:
    answer = httpx.get(f"{below_digits.url}/digits")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/digits/")


@pytest.mark.parametrize("path", ["/", "/models", "/digitsx", "/digits/metrics", "/digits/../"])
def test_nothing_else_is_served_below_a_sub_path(below_digits: Proxy, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
    check_problem(exchange(below_digits, request.encode()), 404, "not-found")
