"""Who may ask, and how often: API keys, the page's session and the rate limit."""

import asyncio
from collections.abc import Sequence
from typing import Final

from limits import RateLimitItem
from pydantic import SecretStr
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.accounts.api_keys import KEY_HEADER, APIKeys, given_key
from ml_engine_and_backend.api.accounts.identity import HELD_SESSION, KEY_HOLDER, KeyHolder
from ml_engine_and_backend.api.accounts.limiter import Limiter
from ml_engine_and_backend.api.accounts.rate_limit import RateLimit, client_of
from ml_engine_and_backend.api.accounts.session_cookie import (
    SessionCookie,
    is_cross_site,
    is_same_origin,
)
from ml_engine_and_backend.api.errors.handlers import DOMAIN_ERRORS
from ml_engine_and_backend.api.errors.problems import problem_response
from ml_engine_and_backend.api.paths import DOCS, METRICS, PAGE, SAFE_METHODS, route_path
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.database.accounts import Claim
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.errors import DatabaseAwayError

# The page and how the service is. Neither a key nor the limit applies: nothing here is worth one,
# and whoever watches the service must get an answer. Whatever is not named is closed.
OPEN_PATHS: Final = frozenset(
    (PAGE, "/favicon.svg", "/theme.js", DOCS, "/openapi.json", "/health", "/ready")
)
OPEN_FOLDERS: Final = ("/assets/", "/v2/health/")
# all that the page asks for, and so all that its session is good for
PAGE_REQUESTS: Final = (
    *("/predict", "/predictions", "/drawings", "/statistics", "/models", "/networks", "/reports"),
    *("/accounts", "/sessions", "/review", "/promotions", "/retraining"),
)
SIGNING_IN: Final = ("/accounts", "/sessions")


class Access:
    """ASGI middleware: 401 without a key, where there are `keys`, and 429 past `rate`.

    `limiter` counts the requests. A client is a key, else an address. Where there are `keys`, an
    account's own is good for what the page asks, since anybody may sign up. What a page of another
    site asks with somebody's session is refused. `GET /` begins a session where there is none, and
    renews the cookie of one that there is.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Sequence[SecretStr],
        rate: RateLimitItem | None,
        limiter: Limiter,
    ) -> None:
        self.app = app
        self._keys = APIKeys([key.get_secret_value() for key in keys])
        self._is_locked = bool(keys)
        self._limit = RateLimit(rate, limiter) if rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        app: ASGIApp = self.app
        added: dict[str, str] = {}
        cookie: SessionCookie | None = scope["app"].state.session_cookie
        session = cookie.held(Headers(scope=scope)) if cookie else None
        scope.setdefault("state", {})[HELD_SESSION] = session
        if not is_open(path):
            refusal, added = await self._judge(path, scope, has_session=session is not None)
            app = refusal or app
        elif path == PAGE and cookie is not None and (session is None or session.is_old):
            setting = Response()
            if session is None:
                cookie.set_on(setting, scope)
            else:
                cookie.set_on(setting, scope, session.token, session.account_id)
            added = {"Set-Cookie": setting.headers["Set-Cookie"]}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        await app(scope, receive, send_with_headers if added else send)

    async def _judge(
        self, path: str, scope: Scope, *, has_session: bool
    ) -> tuple[Response | None, dict[str, str]]:
        """The refusal, if any, and headers for the answer; the request counts as made."""
        headers = Headers(scope=scope)
        given = given_key(headers)
        try:
            holder = await self._holder(scope, given)
            is_unknown = holder is None and _is_of_account(scope, given)
            refusal = None
        except DatabaseAwayError as error:
            # nobody can tell whose key it is, but predictions are answered to anybody
            holder, is_unknown = None, False
            if self._is_locked:
                refusal = _away(scope, error)
        scope["state"][KEY_HOLDER] = holder
        is_let_in = not is_unknown and (
            not self._is_locked
            or (holder is not None and (holder.account is None or _is_for_page(path)))
            or (has_session and _is_asked_by_page(path, headers))
        )
        added: dict[str, str] = {}
        # what is not let in counts too, or keys could be tried without end
        if self._limit is not None and not (is_let_in and path == METRICS):
            client = scope.get("client")
            by_address = client_of(client[0] if client else "")
            is_allowed, added = await self._limit.hit(
                str(holder.claim.owner) if holder else by_address
            )
            if not is_allowed:
                rate = self._limit.rate
                detail = (
                    f"expected at most {rate.amount} requests per {rate.get_expiry()} s from one "
                    f"client, got more; try again in {added['Retry-After']} s"
                )
                kind, title = "too-many-requests", "Too many requests"
                return problem_response(scope, 429, kind, title, detail), added
        if not is_let_in:
            return refusal or _unauthorized(scope, given), added
        if holder is None and _is_forged(path, scope, headers, has_session=has_session):
            return _cross_site(scope), added
        return None, added

    async def _holder(self, scope: Scope, given: str | None) -> KeyHolder | None:
        """Whose key it is.

        Raises:
            DatabaseAwayError: it may be an account's.
        """
        digest = self._keys.find(given)
        if digest is not None:
            return KeyHolder(Claim(f"key:{digest[:16]}", None), None)
        if given is None or not _is_of_account(scope, given):
            return None
        database: Database = scope["app"].state.memory.database
        account = await asyncio.to_thread(accounts.find_by_key, database, given)
        if account is None:
            return None
        claim = Claim(accounts.owner_of(account.id), accounts.sha256(given))
        return KeyHolder(claim, account)


def is_open(path: str) -> bool:
    """Whether anybody may ask for `path`."""
    return (path.rstrip("/") or PAGE) in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def _is_of_account(scope: Scope, given: str | None) -> bool:
    """Whether it looks like a key that an account has, where there are accounts."""
    is_kept = scope["app"].state.memory is not None
    return is_kept and given is not None and given.startswith(accounts.KEY_PREFIX)


def _is_asked_by_page(path: str, headers: Headers) -> bool:
    return _is_for_page(path) and is_same_origin(headers)


def _is_for_page(path: str) -> bool:
    return (path + "/").startswith(tuple(asked + "/" for asked in PAGE_REQUESTS))


def _is_forged(path: str, scope: Scope, headers: Headers, *, has_session: bool) -> bool:
    """Whether another site's page may be using the session of whoever looks at it.

    Where a session begins there need be none yet: nobody must be signed in as somebody else.
    """
    if scope["method"] in SAFE_METHODS or not is_cross_site(headers):
        return False
    return has_session or path.rstrip("/") in SIGNING_IN


def _cross_site(scope: Scope) -> Response:
    return problem_response(
        scope,
        403,
        "cross-site",
        "Pages of other sites may not do this",
        "expected a request from a page of this site, got one from another",
    )


def _away(scope: Scope, error: DatabaseAwayError) -> Response:
    status, kind, title = DOMAIN_ERRORS[DatabaseAwayError]
    return problem_response(scope, status, kind, title, str(error))


def _unauthorized(scope: Scope, given: str | None) -> Response:
    came, challenge = "none", 'Bearer realm="digit-ladder"'
    if given is not None:  # RFC 6750, section 3.1
        came, challenge = "one that is not known", f'{challenge}, error="invalid_token"'
    return problem_response(
        scope,
        401,
        "unauthorized",
        "An API key is needed",
        f"expected an API key in {KEY_HEADER} or as a Bearer token, got {came}",
        headers={"WWW-Authenticate": challenge},
    )
