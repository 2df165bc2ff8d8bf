"""The page's pass: a cookie with which it may ask, without knowing an API key."""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

COOKIE: Final = "ladder_page"
LIFETIME_S: Final = 12 * 3600
VALUE: Final = re.compile(rb"([0-9]{1,12})\.([0-9a-f]{64})")
# Whoever has a pass could try keys on it as fast as the derivation goes, so it must be slow:
# 16 MiB and some 50 ms a try, as RFC 7914 advises for interactive logins.
SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}
SALT: Final = b"digit-ladder page pass"


class PagePass:
    """Signs passes under `keys` and knows them again: in every process that has the same keys.

    A pass is when it expires, in seconds since 1970, and the HMAC-SHA256 of that.
    """

    def __init__(self, keys: Sequence[str], now: Callable[[], float] = time.time) -> None:
        secret = "\n".join(sorted(set(keys))).encode()
        self._key = hashlib.scrypt(secret, salt=SALT, **SCRYPT)
        self._now = now

    def cookie(self, *, is_https: bool) -> str:
        """A Set-Cookie header's value with a new pass."""
        expires = b"%d" % (self._now() + LIFETIME_S)
        value = f"{expires.decode()}.{self._signature(expires)}"
        secure = "; Secure" if is_https else ""
        attributes = f"Path=/; Max-Age={LIFETIME_S}; HttpOnly; SameSite=Strict{secure}"
        return f"{COOKIE}={value}; {attributes}"

    def is_held(self, cookies: bytes) -> bool:
        """Whether a Cookie header's value has a pass of ours that is still good."""
        for cookie in cookies.split(b";"):
            name, _, value = cookie.strip().partition(b"=")
            match = VALUE.fullmatch(value) if name == COOKIE.encode() else None
            if match is None or int(match[1]) <= self._now():
                continue
            if hmac.compare_digest(self._signature(match[1]).encode(), match[2]):
                return True
        return False

    def _signature(self, expires: bytes) -> str:
        return hmac.digest(self._key, expires, "sha256").hex()


def is_same_origin(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser says that a page of this host asks; names are lower case.

    Browsers send Sec-Fetch-Site over https and to localhost (Fetch Metadata, section 2); elsewhere
    Origin or Referer tell it. Ports are left aside: proxies drop them from Host.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site == b"same-origin"
    source = _host(headers.get(b"origin") or headers.get(b"referer", b""))
    return source is not None and source == _host(b"//" + headers.get(b"host", b""))


def _host(url: bytes) -> str | None:
    try:
        return urlsplit(url.decode("latin-1")).hostname
    except ValueError:
        return None
