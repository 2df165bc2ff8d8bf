"""Who may ask, and how often: API keys, the page's pass and the rate limit."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.accounts.rate_limit import Allowance, Rate, RateLimiter, client_of
from ml_engine_and_backend.api.accounts.session_cookie import PagePass, is_same_origin
from ml_engine_and_backend.api.errors.problems import problem_response
from ml_engine_and_backend.api.middleware.security_headers import RawHeaders
from ml_engine_and_backend.api.open_inference.errors import with_error_member
from ml_engine_and_backend.api.settings import Settings

KEY_HEADER: Final = "X-API-Key"
PAGE: Final = "/"
METRICS: Final = "/metrics"
# The page and how the service is. Neither a key nor the limit applies: nothing here is worth one,
# and whoever watches the service must get an answer. Whatever is not named is closed.
OPEN_PATHS: Final = frozenset(
    (PAGE, "/favicon.svg", "/theme.js", "/docs", "/openapi.json", "/health", "/ready")
)
OPEN_FOLDERS: Final = ("/assets/", "/v2/health/")
# all that the page asks for, and so all that its pass is good for
PAGE_ASKS: Final = ("/predict", "/models", "/reports")
# in `scope["state"]`: what was decided about this request
DECIDED: Final = "decided"
RATE_LIMIT_HEADERS: Final = (
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-Policy",
)


class Decision(NamedTuple):
    """What becomes of a request: what makes its refusal, if any, and headers for its answer."""

    refusal: Callable[[], Response] | None
    headers: RawHeaders


LET_IN: Final = Decision(None, [])


class Gate:
    """Decides about requests: 401 without a key, where there are `keys`, and 429 past `rate`.

    A client is a key, else an address. The headers are those of
    draft-ietf-httpapi-ratelimit-headers-06; RateLimit-Reset and Retry-After are seconds.
    """

    def __init__(self, keys: Sequence[SecretStr] = (), rate: Rate | None = None) -> None:
        plain = [key.get_secret_value() for key in keys]
        # of one length, so that comparing tells nothing of the keys' own
        self._keys = [_digest(key.encode()) for key in plain]
        self._pass = PagePass(plain) if plain else None
        self._limiter = RateLimiter(rate) if rate else None

    @property
    def stands_open(self) -> bool:
        """Whether it lets everything in."""
        return not self._keys and self._limiter is None

    def decide(self, scope: Mapping[str, Any]) -> Decision:
        """Decide about the HTTP request of `scope`; it counts as asked."""
        path: str = scope["path"]
        if self.stands_open:
            return LET_IN
        if is_open(path):
            if self._pass is None or path != PAGE:
                return LET_IN
            cookie = self._pass.cookie(is_https=scope["scheme"] == "https")
            return Decision(None, [(b"set-cookie", cookie.encode())])
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = _given_key(headers)
        key = self._known(given)
        is_let_in = not self._keys or key is not None or self._has_pass(path, headers)
        refusal: Callable[[], Response] | None = (
            None if is_let_in else partial(_unauthorized, given)
        )
        added: RawHeaders = []
        # what is not let in counts too, or keys could be tried without end
        if self._limiter is not None and not (is_let_in and path == METRICS):
            client = scope.get("client")
            allowance = self._limiter.ask(key or client_of(client[0] if client else ""))
            if not allowance.is_allowed:
                refusal = partial(_too_many, self._limiter.rate, allowance)
            added = _rate_limit_headers(self._limiter.rate, allowance)
        return Decision(refusal, added)

    def _known(self, given: bytes | None) -> str | None:
        """The digest of the given key if it is one of ours, in the same time for all of them."""
        if given is None:
            return None
        digest, known = _digest(given), False
        for key in self._keys:
            known |= hmac.compare_digest(key, digest)
        return digest if known else None

    def _has_pass(self, path: str, headers: dict[bytes, bytes]) -> bool:
        return (
            self._pass is not None
            and any(path == asked or path.startswith(asked + "/") for asked in PAGE_ASKS)
            and is_same_origin(headers)
            and self._pass.is_held(headers.get(b"cookie", b""))
        )


class Access:
    """ASGI middleware that does what `gate` decides.

    What has been decided already stands in `scope["state"]`, under DECIDED.
    """

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        decision = scope.get("state", {}).get(DECIDED) or self._gate.decide(scope)
        answer: Response | ASGIApp = self._app
        if decision.refusal is not None:
            answer = with_error_member(scope["path"], decision.refusal())
        await answer(scope, receive, _with_headers(send, decision.headers))


def add_access(app: FastAPI, settings: Settings) -> Gate:
    """Hold the clients of `app` to what the settings say; without keys and rate, to nothing."""
    gate = Gate(settings.api_keys, settings.rate_limit)
    if not gate.stands_open:
        app.add_middleware(Access, gate=gate)
    if settings.api_keys:
        _document_keys(app)
    return gate


def is_open(path: str) -> bool:
    """Whether anybody may ask for `path`."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _given_key(headers: dict[bytes, bytes]) -> bytes | None:
    given = headers.get(KEY_HEADER.lower().encode())
    if given is not None:
        return given.strip()
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None


def _unauthorized(given: bytes | None) -> Response:
    came, challenge = "none", 'Bearer realm="digit-ladder"'
    if given is not None:  # RFC 6750, section 3.1
        came, challenge = "one that is not known", f'{challenge}, error="invalid_token"'
    return problem_response(
        401,
        "unauthorized",
        "An API key is needed",
        f"expected an API key in {KEY_HEADER} or as a Bearer token, got {came}",
        headers={"WWW-Authenticate": challenge},
    )


def _too_many(rate: Rate, allowance: Allowance) -> Response:
    return problem_response(
        429,
        "too-many-requests",
        "Too many requests",
        f"expected at most {rate.requests} requests in {rate.period_s} s from one client, "
        f"got more; the next is welcome in {allowance.reset_s} s",
        headers={"Retry-After": str(allowance.reset_s)},
    )


def _rate_limit_headers(rate: Rate, allowance: Allowance) -> RawHeaders:
    policy = f"{rate.requests};w={rate.period_s}"
    values = (rate.requests, allowance.remaining, allowance.reset_s, policy)
    return [
        (name.lower().encode(), str(value).encode())
        for name, value in zip(RATE_LIMIT_HEADERS, values, strict=True)
    ]


def _with_headers(send: Send, added: RawHeaders) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *added]
        await send(message)

    return send_with_headers


def _document_keys(app: FastAPI) -> None:
    """Tell in the OpenAPI document how keys are given, and where none is needed."""
    without_keys = app.openapi

    def openapi() -> dict[str, Any]:
        document = without_keys()
        document["components"]["securitySchemes"] = {
            "APIKey": {"type": "apiKey", "in": "header", "name": KEY_HEADER},
            "Bearer": {"type": "http", "scheme": "bearer"},
        }
        document["security"] = [{"APIKey": []}, {"Bearer": []}]
        for path, operations in document["paths"].items():
            if is_open(path):
                for operation in operations.values():
                    operation["security"] = []
        return document

    # the way that FastAPI documents
    app.openapi = openapi  # type: ignore[method-assign]
