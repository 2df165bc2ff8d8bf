"""Who may ask, and how often: API keys, the page's session and the rate limit."""

from collections.abc import Sequence
from typing import Final

from limits import RateLimitItem
from pydantic import SecretStr
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.accounts.api_keys import KEY_HEADER, APIKeys, given_key
from ml_engine_and_backend.api.accounts.rate_limit import RateLimit, client_of
from ml_engine_and_backend.api.accounts.session_cookie import SessionCookie, is_same_origin
from ml_engine_and_backend.api.errors.problems import problem_response
from ml_engine_and_backend.api.paths import METRICS, PAGE, route_path

# The page and how the service is. Neither a key nor the limit applies: nothing here is worth one,
# and whoever watches the service must get an answer. Whatever is not named is closed.
OPEN_PATHS: Final = frozenset(
    (PAGE, "/favicon.svg", "/theme.js", "/docs", "/openapi.json", "/health", "/ready")
)
OPEN_FOLDERS: Final = ("/assets/", "/v2/health/")
# all that the page asks for, and so all that its session is good for
PAGE_REQUESTS: Final = ("/predict", "/models", "/reports")


class Access:
    """ASGI middleware: 401 without a key, where there are `keys`, and 429 past `rate`.

    A client is a key, else an address.
    """

    def __init__(
        self, app: ASGIApp, keys: Sequence[SecretStr] = (), rate: RateLimitItem | None = None
    ) -> None:
        self.app = app
        plain = [key.get_secret_value() for key in keys]
        self._keys = APIKeys(plain) if keys else None
        self._session = SessionCookie(plain) if keys else None
        self._limit = RateLimit(rate) if rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        app: ASGIApp = self.app
        added: dict[str, str] = {}
        if not is_open(path):
            refusal, added = self._judge(path, scope)
            app = refusal or app
        elif path == PAGE and self._session is not None:
            setting = Response()
            root = scope.get("root_path", "") + "/"
            self._session.set_on(setting, path=root, is_https=scope["scheme"] == "https")
            added = {"Set-Cookie": setting.headers["Set-Cookie"]}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        await app(scope, receive, send_with_headers if added else send)

    def _judge(self, path: str, scope: Scope) -> tuple[Response | None, dict[str, str]]:
        """The refusal, if any, and headers for the answer; the request counts as made."""
        headers = Headers(scope=scope)
        given = given_key(headers)
        key = self._keys.find(given) if self._keys else None
        is_let_in = self._keys is None or key is not None or self._has_session(path, headers)
        added: dict[str, str] = {}
        # what is not let in counts too, or keys could be tried without end
        if self._limit is not None and not (is_let_in and path == METRICS):
            client = scope.get("client")
            is_allowed, added = self._limit.hit(key or client_of(client[0] if client else ""))
            if not is_allowed:
                rate = self._limit.rate
                detail = (
                    f"expected at most {rate.amount} requests per {rate.get_expiry()} s from one "
                    f"client, got more; try again in {added['Retry-After']} s"
                )
                kind, title = "too-many-requests", "Too many requests"
                return problem_response(scope, 429, kind, title, detail), added
        return (None if is_let_in else _unauthorized(scope, given)), added

    def _has_session(self, path: str, headers: Headers) -> bool:
        return (
            self._session is not None
            and (path + "/").startswith(tuple(asked + "/" for asked in PAGE_REQUESTS))
            and is_same_origin(headers)
            and self._session.is_held(headers)
        )


def is_open(path: str) -> bool:
    """Whether anybody may ask for `path`."""
    return (path.rstrip("/") or PAGE) in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


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
