"""A route that FastAPI documents and leaves alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]


class _LeanRoute(APIRoute):
    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, endpoint, **options)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive, send))
            await response(scope, receive, send)

        self.app = app


def add_lean_route(app: FastAPI, path: str, endpoint: Endpoint, **options: Any) -> None:
    """Let `endpoint` answer POST at `path`, with the request as it is and its response as it is.

    FastAPI's own handling (dependencies, validation, serialisation, nested routers) costs about as
    much as a prediction does. What the endpoint takes and answers is documented by `options`, those
    of `FastAPI.post`, such as `response_model` and `openapi_extra`; tests hold it to that.
    """
    app.router.add_api_route(
        path, endpoint, methods=["POST"], route_class_override=_LeanRoute, **options
    )
