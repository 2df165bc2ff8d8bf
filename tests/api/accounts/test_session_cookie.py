import re

import pytest

from ml_engine_and_backend.api.accounts.session_cookie import LIFETIME_S, PagePass, is_same_origin

KEYS = ["first-key-0123456789", "second-key-0123456789"]
NOW_S = 1_800_000_000.0


def pass_of(keys: list[str] = KEYS, now_s: float = NOW_S) -> PagePass:
    return PagePass(keys, lambda: now_s)


def pair(cookie: str) -> bytes:
    """What a browser sends back of a Set-Cookie header."""
    return cookie.partition(";")[0].encode()


COOKIE = pass_of().cookie(is_https=True)


def test_the_cookie_is_for_this_host_alone_and_not_for_scripts() -> None:
    assert COOKIE.split("; ")[1:] == [
        *("Path=/", f"Max-Age={LIFETIME_S}", "HttpOnly", "SameSite=Strict", "Secure")
    ]
    assert "Secure" not in pass_of().cookie(is_https=False)


def test_the_cookie_tells_nothing_but_when_it_expires() -> None:
    name, _, value = pair(COOKIE).decode().partition("=")
    assert name == "ladder_page"
    assert re.fullmatch(rf"{NOW_S + LIFETIME_S:.0f}\.[0-9a-f]{{64}}", value)


@pytest.mark.parametrize(
    ("keys", "later_s", "is_held"),
    [
        (KEYS, 0, True),
        (KEYS, LIFETIME_S - 1, True),
        (KEYS, LIFETIME_S, False),
        # another process, which was given them in another order
        (KEYS[::-1], 0, True),
        (KEYS[:1], 0, False),
        ([*KEYS, "third-key-0123456789"], 0, False),
    ],
)
def test_a_pass_is_known_by_whoever_has_the_same_keys_until_it_expires(
    keys: list[str], later_s: float, is_held: bool
) -> None:
    assert pass_of(keys, NOW_S + later_s).is_held(pair(COOKIE)) is is_held


def test_a_pass_is_found_among_other_cookies() -> None:
    held = pass_of().is_held
    assert held(b"theme=dark; " + pair(COOKIE) + b"; other=1")
    assert held(b"ladder_page=old;" + pair(COOKIE))


VALID = pair(COOKIE)
LATER = f"{NOW_S + LIFETIME_S + 1:.0f}".encode()


@pytest.mark.parametrize(
    "cookies",
    [
        b"",
        b"ladder_page",
        b"ladder_page=",
        b"=" + VALID.partition(b"=")[2],
        b"other=" + VALID.partition(b"=")[2],
        VALID[:-1],
        VALID[:-1] + (b"0" if VALID[-1:] != b"0" else b"1"),
        VALID.upper(),
        # a later end under the old signature
        b"ladder_page=" + LATER + b"." + VALID.rpartition(b".")[2],
        b"ladder_page=" + b"9" * 5000 + b"." + b"0" * 64,
        "ladder_page=１.".encode() + b"0" * 64,
        b"\xff\x00" * 40,
    ],
)
def test_what_is_no_pass_is_none(cookies: bytes) -> None:
    assert not pass_of().is_held(cookies)


HOST = {b"host": b"ladder.example:8000"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({b"sec-fetch-site": b"same-origin"}, True),
        ({b"sec-fetch-site": b"same-site"}, False),
        ({b"sec-fetch-site": b"cross-site"}, False),
        # typed into the address bar
        ({b"sec-fetch-site": b"none"}, False),
        # the browser's own word counts
        ({b"sec-fetch-site": b"cross-site", b"origin": b"http://ladder.example:8000"}, False),
        ({b"origin": b"http://ladder.example:8000"}, True),
        ({b"origin": b"https://LADDER.example"}, True),
        ({b"origin": b"https://evil.example"}, False),
        ({b"origin": b"https://ladder.example.evil.example"}, False),
        ({b"origin": b"null"}, False),
        ({b"origin": b"http://[", b"referer": b"http://ladder.example:8000/"}, False),
        ({b"referer": b"http://ladder.example:8000/?model=cnn"}, True),
        ({b"referer": b"http://evil.example/ladder.example:8000"}, False),
        ({b"referer": b"http://ladder.example:8000@evil.example/"}, False),
        ({}, False),
    ],
)
def test_same_origin_is_what_the_browser_says_it_is(
    headers: dict[bytes, bytes], expected: bool
) -> None:
    assert is_same_origin(HOST | headers) is expected


@pytest.mark.parametrize("host", [b"", b"[", b":"])
def test_without_a_host_nothing_has_its_origin(host: bytes) -> None:
    assert not is_same_origin({b"host": host})
    assert not is_same_origin({b"host": host, b"origin": b"null"})
