import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.security_headers import DOCS_PATHS, SECURITY_HEADERS, secured

EXPECTED = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
LENGTH = (b"content-length", b"3")


def test_an_answer_without_any_gets_all() -> None:
    assert dict(secured([LENGTH], "/health")) == EXPECTED | dict([LENGTH])
    assert dict(secured([], "/health")) == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_an_answers_own_header_stays_and_stays_alone(name: bytes) -> None:
    own = [(name, b"its own"), LENGTH]
    headers = secured(own, "/")
    assert headers[:2] == own
    assert len(headers) == len(EXPECTED) + 1
    assert dict(headers) == EXPECTED | dict(own)


def test_the_answers_list_is_not_changed() -> None:
    headers = [LENGTH]
    secured(headers, "/")
    secured(headers, "/docs").append(LENGTH)
    assert headers == [LENGTH]
    assert len(secured(headers, "/docs")) == len(SECURITY_HEADERS) + 1


@pytest.mark.parametrize("path", sorted(DOCS_PATHS))
def test_the_policy_of_fastapis_pages_allows_what_they_load_and_no_frame(path: str) -> None:
    policy = dict(secured([], path))[b"content-security-policy"].decode()
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
    with TestClient(FastAPI()) as client:
        page = client.get(path).text
    loaded = {
        "script-src": re.findall(r'<script src="([^"]+)"', page),
        "style-src": re.findall(r'<link[^>]* href="([^"]+)"[^>]* rel="stylesheet"', page)
        + re.findall(r'<link[^>]* rel="stylesheet"[^>]* href="([^"]+)"', page)
        + re.findall(r'<link href="([^"]+)" rel="stylesheet"', page),
        "img-src": re.findall(r'<link rel="shortcut icon" href="([^"]+)"', page),
    }
    assert loaded["script-src"]
    assert loaded["img-src"]
    for directive, addresses in loaded.items():
        for address in addresses:
            origin = "/".join(address.split("/")[:3])
            assert origin in directives[directive].split(), (directive, address)
