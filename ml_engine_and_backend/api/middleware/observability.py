"""Each request gets an id, a line in the access log and its counts."""

import os
import re
import time
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.observability import logs, metrics

REQUEST_ID: Final = "X-Request-ID"
TAKEN_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
# nginx's number for a client that leaves before it is answered; sent to nobody
CLIENT_LEFT: Final = 499


class Observability:
    """ASGI middleware around all others.

    The id is the request's own X-Request-ID where that is 1 to 64 letters, digits, `.`, `_` or
    `-`, else a new one. `logs.request_id` holds it while the request is answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, then log and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = Headers(scope=scope).get(REQUEST_ID, "")
        if not TAKEN_ID.fullmatch(request_id):
            request_id = os.urandom(16).hex()
        logs.request_id.set(request_id)
        status = bytes_in = bytes_out = 0
        has_left = False

        async def receive_observed() -> Message:
            nonlocal bytes_in, has_left
            message = await receive()
            if message["type"] == "http.request":
                bytes_in += len(message.get("body", b""))
            elif status == 0:  # servers also say so when all is answered
                has_left = True
            return message

        async def send_observed(message: Message) -> None:
            nonlocal status, bytes_out
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
            else:
                bytes_out += len(message.get("body", b""))
            await send(message)

        metrics.request_begun()
        try:
            await self.app(scope, receive_observed, send_observed)
        finally:
            seconds = time.perf_counter() - started
            if has_left or status == 0:
                status = CLIENT_LEFT
            route = _template(scope, status)
            metrics.request_ended(scope["method"], route, status, seconds)
            logs.access(
                method=scope["method"],
                route=route,
                status=status,
                duration_ms=round(1000 * seconds, 3),
                client=scope["client"][0] if scope.get("client") else None,
                bytes_in=bytes_in,
                bytes_out=bytes_out,
            )


def _template(scope: Scope, status: int) -> str:
    """The route's template, never the path: it is a label, and a path may hold anything."""
    route = scope.get("route")
    if route is not None:
        template: str = route.path
        return template
    return metrics.PAGE if status in (200, 304) else metrics.UNMATCHED
