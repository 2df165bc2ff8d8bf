"""Errors that nobody foresaw."""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.errors.problems import problem_response

log = logging.getLogger(__name__)


class UnexpectedErrors:
    """ASGI middleware that answers them with 500 as problem+json, and logs the traceback.

    Starlette's own handler of such errors stands outside of all middleware: its answers would lack
    the CORS and security headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        is_started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting_start)
        except Exception:
            if scope["type"] != "http":
                raise
            log.exception("Unexpected error")
            if is_started:  # half an answer is out: only the server can break it off
                raise
            response = problem_response(
                scope,
                500,
                "internal-error",
                "Something broke on our side",
                "expected an answer, got an error; the logs have it under this request id",
            )
            await response(scope, receive, send)
