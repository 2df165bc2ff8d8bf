import time
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from ml_engine_and_backend.api.accounts.session_cookie import (
    COOKIE,
    LIFETIME_S,
    RENEWED_AFTER_S,
    HeldSession,
    SessionCookie,
    is_cross_site,
    is_same_origin,
)
from ml_engine_and_backend.api.settings import Settings
from tests.api.asgi import request

KEYS = "first-key-0123456789,second-key-0123456789"
OLD, NEW = "o" * 32, "n" * 32
TOKEN = "a-token"  # noqa: S105


def cookie(**settings: Any) -> SessionCookie:
    return SessionCookie(Settings(**(settings or {"secret_key": NEW})))


def set_cookie(
    path: str = "", *, is_https: bool = True, account: int | None = None, **settings: Any
) -> str:
    response = Response()
    scope = request()
    scope.update(root_path=path, scheme="https" if is_https else "http")
    cookie(**settings).set_on(response, scope, TOKEN, account)
    return response.headers["Set-Cookie"]


def held(cookies: str, **settings: Any) -> HeldSession | None:
    return cookie(**settings).held(Headers({"cookie": cookies}))


def sent_back(**settings: Any) -> str:
    return set_cookie(**settings).partition(";")[0]


VALID = sent_back()
SIGNED_IN = sent_back(account=7)
ANONYMOUS = HeldSession(TOKEN, None)


def test_cookie_is_for_this_host_and_path_and_not_for_scripts() -> None:
    attributes = {part.lower() for part in set_cookie("/digits").split("; ")[1:]}
    assert attributes == {
        *("path=/digits/", f"max-age={LIFETIME_S}", "httponly", "samesite=lax", "secure")
    }
    assert "secure" not in set_cookie(is_https=False).lower()


def test_cookie_tells_the_session_and_whose_it_is() -> None:
    assert held(VALID) == ANONYMOUS
    assert held(SIGNED_IN) == HeldSession(TOKEN, 7)
    owner, token_hash = HeldSession(TOKEN, 7).claim
    assert (owner, token_hash) == ("account:7", HeldSession(TOKEN, 7).token_hash)
    owner, token_hash = ANONYMOUS.claim
    assert token_hash is None
    assert owner is not None
    assert len(owner) == len("session:") + 32
    assert owner != HeldSession("another", None).claim.owner
    assert TOKEN not in owner


def test_every_new_session_has_a_token_of_its_own() -> None:
    tokens = set()
    for _ in range(20):
        response = Response()
        cookie().set_on(response, request())
        session = held(response.headers["Set-Cookie"].partition(";")[0])
        assert session is not None
        tokens.add(session.token)
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}  # 256 bits


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (KEYS, ANONYMOUS),
        # another process, which was given them in another order
        (",".join(reversed(KEYS.split(","))), ANONYMOUS),
        (KEYS.split(",")[0], None),
        (f"{KEYS},third-key-0123456789", None),
    ],
)
def test_where_nothing_is_kept_processes_with_the_same_keys_know_a_cookie(
    keys: str, expected: HeldSession | None
) -> None:
    assert held(sent_back(api_keys=KEYS), api_keys=keys) == expected


@pytest.mark.parametrize(
    ("secret", "expected"),
    [(OLD, ANONYMOUS), (f"{NEW}, {OLD}", ANONYMOUS), (NEW, None)],
)
def test_secret_can_be_changed_without_ending_sessions(
    secret: str, expected: HeldSession | None
) -> None:
    assert held(sent_back(secret_key=OLD), secret_key=secret) == expected
    # the first of several signs
    assert held(sent_back(secret_key=f"{NEW},{OLD}"), secret_key=NEW) == ANONYMOUS


@pytest.mark.parametrize(
    ("later_s", "expected"),
    [
        (RENEWED_AFTER_S - 5, ANONYMOUS),
        (RENEWED_AFTER_S + 5, ANONYMOUS._replace(is_old=True)),
        (LIFETIME_S - 5, ANONYMOUS._replace(is_old=True)),
        (LIFETIME_S + 5, None),
    ],
)
def test_cookie_gets_old_and_expires(
    monkeypatch: pytest.MonkeyPatch, later_s: int, expected: HeldSession | None
) -> None:
    fresh, now = sent_back(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + later_s)
    assert held(fresh) == expected


VALUE = VALID.partition("=")[2]
FORGED = {
    "nothing": "",
    "another name": f"other={VALUE}",
    "another token": VALID.replace("a-token", "b-token"),
    "signed in as somebody": VALID.replace("a-token", "a-token:1"),
    "signed in as somebody else": SIGNED_IN.replace(":7", ":8"),
    "an account's, as anonymous": SIGNED_IN.replace(":7", ""),
    "not signed": f"{COOKIE}=a-token:1",
    "a later time under the old signature": f"{COOKIE}=a-token.zzzzzz.{VALUE.rpartition('.')[2]}",
    "a time of no end": f"{COOKIE}=a-token.{'9' * 5000}.{'0' * 43}",
    "bytes": f"{COOKIE}=a-token.\xff\x00{'0' * 43}",
    "another secret": sent_back(secret_key=OLD),
}


@pytest.mark.parametrize("case", FORGED)
def test_forged_cookies_are_refused(case: str) -> None:
    assert held(FORGED[case]) is None


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


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        # a page of another name below the same domain
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": ""}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://ladder.example:8000"}, True),
        # a proxy changed Host; no page can set Sec-Fetch-Site
        ({"sec-fetch-site": "same-origin", "origin": "https://digits.example"}, False),
        ({"origin": "http://ladder.example:8000"}, False),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "https://ladder.example.evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": "http://["}, True),
        # no browser
        ({}, False),
    ],
)
def test_cross_site_is_what_the_browser_says(headers: dict[str, str], expected: bool) -> None:
    assert is_cross_site(Headers({"host": "ladder.example:8000", **headers})) is expected
