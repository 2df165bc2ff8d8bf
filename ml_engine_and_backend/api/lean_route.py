"""A route that FastAPI documents and leaves alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]


class LeanRoute(APIRoute):
    """Calls its endpoint with the request as it is and sends the response that it returns.

    FastAPI's own handling (dependencies, validation, serialisation) costs about as much as a
    prediction does. What the endpoint takes and answers beyond the body is documented by
    `response_model` and `openapi_extra`, and tests hold it to that. Use it as `route_class`.
    """

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, endpoint, **options)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive, send))
            await response(scope, receive, send)

        self.app = app
