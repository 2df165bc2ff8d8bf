import time

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from ml_engine_and_backend.api.accounts.session_cookie import (
    COOKIE,
    LIFETIME_S,
    SessionCookie,
    is_same_origin,
)

KEYS = ["first-key-0123456789", "second-key-0123456789"]


def set_cookie(path: str = "/", *, is_https: bool = True) -> str:
    response = Response()
    SessionCookie(KEYS).set_on(response, path=path, is_https=is_https)
    return response.headers["Set-Cookie"]


def is_held(cookies: str, keys: list[str] = KEYS) -> bool:
    return SessionCookie(keys).is_held(Headers({"cookie": cookies}))


VALID = set_cookie().partition(";")[0]  # as a browser sends it back
VALUE = VALID.partition("=")[2]


def test_cookie_is_for_this_host_and_path_and_not_for_scripts() -> None:
    attributes = {part.lower() for part in set_cookie("/digits/").split("; ")[1:]}
    assert attributes == {
        *("path=/digits/", f"max-age={LIFETIME_S}", "httponly", "samesite=strict", "secure")
    }
    assert "secure" not in set_cookie(is_https=False).lower()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (KEYS, True),
        # another process, which was given them in another order
        (KEYS[::-1], True),
        (KEYS[:1], False),
        ([*KEYS, "third-key-0123456789"], False),
    ],
)
def test_cookie_is_known_by_every_process_with_the_same_keys(
    keys: list[str], expected: bool
) -> None:
    assert is_held(VALID, keys) is expected


@pytest.mark.parametrize(("later_s", "expected"), [(LIFETIME_S - 5, True), (LIFETIME_S + 5, False)])
def test_cookie_expires(monkeypatch: pytest.MonkeyPatch, later_s: int, expected: bool) -> None:
    fresh, now = set_cookie().partition(";")[0], time.time()
    monkeypatch.setattr(time, "time", lambda: now + later_s)
    assert is_held(fresh) is expected


FORGED = {
    "nothing": "",
    "another name": f"other={VALUE}",
    "another content": VALID.replace("page.", "admin."),
    "a later time under the old signature": f"{COOKIE}=page.zzzzzz.{VALUE.rpartition('.')[2]}",
    "a time of no end": f"{COOKIE}=page.{'9' * 5000}.{'0' * 43}",
    "bytes": f"{COOKIE}=page.\xff\x00{'0' * 43}",
}


@pytest.mark.parametrize("case", FORGED)
def test_forged_cookies_are_refused(case: str) -> None:
    assert not is_held(FORGED[case])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        # typed into the address bar
        ({"sec-fetch-site": "none"}, False),
        # Sec-Fetch-Site counts more than Origin
        ({"sec-fetch-site": "cross-site", "origin": "http://ladder.example:8000"}, False),
        ({"origin": "http://ladder.example:8000"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://ladder.example.evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://[", "referer": "http://ladder.example:8000/"}, False),
        ({"referer": "http://ladder.example:8000/?model=cnn"}, True),
        ({"referer": "http://ladder.example:8000@evil.example/"}, False),
        ({}, False),
    ],
)
def test_same_origin_is_what_the_browser_says(headers: dict[str, str], expected: bool) -> None:
    assert is_same_origin(Headers({"host": "ladder.example:8000", **headers})) is expected
