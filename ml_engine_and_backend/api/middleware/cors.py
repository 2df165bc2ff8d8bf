"""Pages of other origins that may use the API."""

from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ml_engine_and_backend.api.accounts.api_keys import KEY_HEADER
from ml_engine_and_backend.api.accounts.rate_limit import RATE_LIMIT_HEADERS
from ml_engine_and_backend.api.errors.problems import problem_response
from ml_engine_and_backend.api.uploads.tensors import JSON_LENGTH_HEADER

ALLOWED_HEADERS: Final = ("Content-Type", "Authorization", KEY_HEADER, JSON_LENGTH_HEADER)
# of a refused preflight's headers: whether the origin is allowed, though not what it asked
KEPT: Final = frozenset(("vary", "access-control-allow-origin"))
EXPOSED_HEADERS: Final = ("Retry-After", "X-Request-ID", JSON_LENGTH_HEADER, *RATE_LIMIT_HEADERS)


class CORS(CORSMiddleware):
    """Starlette's middleware for `origins`; a preflight that it refuses is a problem too."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=ALLOWED_HEADERS,
            expose_headers=EXPOSED_HEADERS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer a preflight."""
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        if (
            "origin" not in headers
            or scope["method"] != "OPTIONS"
            or "access-control-request-method" not in headers
        ):
            await super().__call__(scope, receive, send)
            return
        response: Response = self.preflight_response(Headers(scope=scope))
        if response.status_code >= 400:
            came = bytes(response.body).decode().removeprefix("Disallowed CORS ")
            response = problem_response(
                scope,
                response.status_code,
                "preflight-refused",
                "Pages of this origin may not ask this",
                f"expected an origin, a method and headers that are allowed, got other: {came}",
                headers={name: response.headers[name] for name in KEPT & {*response.headers}},
            )
        await response(scope, receive, send)
