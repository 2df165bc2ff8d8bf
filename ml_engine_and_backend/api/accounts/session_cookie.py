"""The page's session: a signed cookie that tells who asks, without a look at the database.

Everybody who opens the page gets one; who signs in gets another. On a service that requires an API
key, it also lets the page ask.
"""

import hashlib
import secrets
import time
from functools import cached_property
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from itsdangerous import BadSignature, TimestampSigner
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from ml_engine_and_backend.api.accounts.secret import session_secret
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.database.accounts import Claim, owner_of, sha256

COOKIE: Final = "ladder_session"
# the longest that browsers keep a cookie; what was drawn, and who is signed in, ends before
LIFETIME_S: Final = 400 * 24 * 3600
# Whoever comes back gets the same session under a new date and signature: else it would end for
# somebody who comes every day, and with the secret that signed it.
RENEWED_AFTER_S: Final = 24 * 3600
SALT: Final = b"digit-ladder session"
# Whoever has a cookie could try keys on it as fast as the derivation goes, so it must be slow:
# 16 MiB and some 50 ms a try, as RFC 7914 advises for interactive logins.
SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}


class HeldSession(NamedTuple):
    """What a good cookie says; whether an account's session still holds, the database knows."""

    token: str
    account_id: int | None
    # it was signed a while ago
    is_old: bool = False

    @property
    def token_hash(self) -> str:
        """What the database has of the token."""
        return sha256(self.token)

    @property
    def claim(self) -> Claim:
        """Whose drawings it makes; an anonymous session is in no table."""
        if self.account_id is None:
            return Claim("session:" + self.token_hash[:32], None)
        return Claim(owner_of(self.account_id), self.token_hash)


class SessionCookie:
    """Signs cookies and knows them again, in every process with the same secret."""

    def __init__(self, settings: Settings) -> None:
        """Reads nothing yet: the secret may be in a file."""
        self._settings = settings

    @cached_property
    def _signer(self) -> TimestampSigner:
        keys = _signing_keys(self._settings)
        return TimestampSigner(keys, salt=SALT, digest_method=hashlib.sha256)

    def set_on(
        self, response: Response, scope: Scope, token: str | None = None, account: int | None = None
    ) -> None:
        """Let `response` to the request of `scope` begin a session: anonymous, or an account's."""
        token = token or secrets.token_urlsafe(32)
        content = token if account is None else f"{token}:{account}"
        response.set_cookie(
            COOKIE,
            self._signer.sign(content).decode(),
            max_age=LIFETIME_S,
            path=scope.get("root_path", "") + "/",
            secure=scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )

    def held(self, headers: Headers) -> HeldSession | None:
        """What the request's cookie says, if it is one of ours."""
        value = cookie_parser(headers.get("cookie", "")).get(COOKIE)
        if value is None:
            return None
        try:
            signed, at = self._signer.unsign(value, max_age=LIFETIME_S, return_timestamp=True)
            content = signed.decode()
        except (BadSignature, ValueError):  # the latter: characters that no cookie of ours has
            return None
        token, _, account = content.partition(":")
        is_old = time.time() - at.timestamp() > RENEWED_AFTER_S
        return HeldSession(token, int(account) if account else None, is_old)


def is_same_origin(headers: Headers) -> bool:
    """Whether a browser says that a page of this host asks.

    Browsers send Sec-Fetch-Site over https and to localhost (Fetch Metadata, section 2); elsewhere
    Origin or Referer tell it. Ports are left aside: proxies drop them from Host.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return _is_of_host(headers.get("origin") or headers.get("referer", ""), headers)


def is_cross_site(headers: Headers) -> bool:
    """Whether a browser says that a page of another site, or of another origin, asks.

    What sends neither Sec-Fetch-Site nor Origin is no browser: every one sends Origin with a
    request that is neither GET nor HEAD (Fetch, section 3.2). Nobody's cookie comes with it but
    the client's own.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and not _is_of_host(origin, headers)


def _is_of_host(url: str, headers: Headers) -> bool:
    host = _host(url)
    return host is not None and host == _host("//" + headers.get("host", ""))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _signing_keys(settings: Settings) -> list[bytes]:
    """From the oldest to the one that signs, as itsdangerous wants them."""
    if settings.keeps_nothing and settings.secret_key is None:
        keys = "\n".join(sorted({key.get_secret_value() for key in settings.api_keys}))
        return [hashlib.scrypt(keys.encode(), salt=SALT, **SCRYPT)]
    return [secret.strip().encode() for secret in reversed(session_secret(settings).split(","))]
