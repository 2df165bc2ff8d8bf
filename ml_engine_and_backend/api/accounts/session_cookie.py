"""The page's session: a signed cookie with which it may ask, without knowing an API key."""

import hashlib
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from itsdangerous import TimestampSigner
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

COOKIE: Final = "ladder_page"
LIFETIME_S: Final = 12 * 3600
# Whoever has a cookie could try keys on it as fast as the derivation goes, so it must be slow:
# 16 MiB and some 50 ms a try, as RFC 7914 advises for interactive logins.
SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}
SALT: Final = b"digit-ladder page session"


class SessionCookie:
    """Signs cookies under `keys` and knows them again, in every process with the same keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        secret = "\n".join(sorted(set(keys))).encode()
        key = hashlib.scrypt(secret, salt=SALT, **SCRYPT)
        self._signer = TimestampSigner(key, digest_method=hashlib.sha256)

    def set_on(self, response: Response, *, path: str, is_https: bool) -> None:
        """Let `response` set a new cookie for `path` and below."""
        response.set_cookie(
            COOKIE,
            self._signer.sign("page").decode(),
            max_age=LIFETIME_S,
            path=path,
            secure=is_https,
            httponly=True,
            samesite="strict",
        )

    def is_held(self, headers: Headers) -> bool:
        """Whether the request has a cookie of ours that is still good."""
        value = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return self._signer.validate(value, max_age=LIFETIME_S)


def is_same_origin(headers: Headers) -> bool:
    """Whether a browser says that a page of this host asks.

    Browsers send Sec-Fetch-Site over https and to localhost (Fetch Metadata, section 2); elsewhere
    Origin or Referer tell it. Ports are left aside: proxies drop them from Host.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    source = _host(headers.get("origin") or headers.get("referer", ""))
    return source is not None and source == _host("//" + headers.get("host", ""))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
