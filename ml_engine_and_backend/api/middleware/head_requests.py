"""HEAD wherever there is GET."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadRequests:
    """ASGI middleware that answers HEAD as GET, without the content (RFC 9110, section 9.3.2).

    FastAPI's routes answer only the methods that they name, and would document both.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, a HEAD as GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_content(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        # a copy: the server still needs to know what it was asked
        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, send_without_content)
        finally:
            if "route" in as_get:  # observability names it
                scope["route"] = as_get["route"]
