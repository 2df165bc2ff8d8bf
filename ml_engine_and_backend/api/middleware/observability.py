"""The outermost layer: each request gets an id, a log line, its counts and security headers."""

import os
import re
import time
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.middleware.security_headers import secured
from ml_engine_and_backend.api.observability import logs, metrics

HEADER: Final = b"x-request-id"
TAKEN_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
# nginx's number for a client that leaves before it is answered; sent to nobody
CLIENT_LEFT: Final = 499


class Observed:
    """ASGI middleware around everything that answers, the handler of unexpected errors too.

    The id is the request's own X-Request-ID where that is 1 to 64 letters, digits, `.`, `_` or
    `-`, else a new one. `logs.request_id` holds it while the request is answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell about it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = request_id_of(scope)
        logs.request_id.set(request_id.decode())
        status = bytes_in = bytes_out = 0
        has_left = is_answered = False

        async def receive_observed() -> Message:
            nonlocal bytes_in, has_left
            message = await receive()
            if message["type"] == "http.request":
                bytes_in += len(message.get("body", b""))
            elif status == 0:  # servers also say so when all is answered
                has_left = True
            return message

        async def send_observed(message: Message) -> None:
            nonlocal status, bytes_out, is_answered
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = secured(message.get("headers", ()))
                message["headers"].append((HEADER, request_id))
                await send(message)
                return
            await send(message)
            bytes_out += len(message.get("body", b""))
            is_answered = not message.get("more_body", False)

        metrics.request_begun()
        try:
            await self._app(scope, receive_observed, send_observed)
        except Exception:
            # Starlette raises on what its error handler has logged and answered; else the server
            # must know, since it has an answer to give or a connection to break
            if not is_answered:
                status = status or 500
                raise
        finally:
            duration_s = time.perf_counter() - started
            if has_left or status == 0:
                status = CLIENT_LEFT
            method: str = scope["method"]
            route = _template(scope, status)
            metrics.request_ended(method, route, status, duration_s)
            client = scope.get("client")
            logs.access(
                request=request_id.decode(),
                method=method,
                route=route,
                status=status,
                duration_s=duration_s,
                client=client[0] if client else None,
                bytes_in=bytes_in,
                bytes_out=bytes_out,
            )


def add_observed(app: FastAPI) -> None:
    """Put `Observed` around all of `app`.

    `add_middleware` would put it inside Starlette's handling of unexpected errors, whose answers
    it then would not see.
    """
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Observed(build())  # type: ignore[method-assign]


def request_id_of(scope: Mapping[str, Any]) -> bytes:
    """The request's own id where it can be taken, else a new one."""
    for name, value in scope["headers"]:
        if name == HEADER:
            given: bytes = value
            if TAKEN_ID.fullmatch(given):
                return given
            break
    return os.urandom(16).hex().encode()


def _template(scope: Scope, status: int) -> str:
    """The route's template, never the path: it is a label, and a path may hold anything."""
    route = scope.get("route")
    if route is not None:
        template: str = route.path
        return template
    return metrics.PAGE if status < 400 else metrics.UNMATCHED
