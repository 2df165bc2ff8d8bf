"""Headers that tell a browser what an answer must not be used for."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # an answer is data: nothing in it loads, runs or is framed; pages bring their own policies
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

_NO_FRAMES: Final = b"frame-ancestors 'none'"
_RAW: Final = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


class SecurityHeaders:
    """ASGI middleware that adds each of SECURITY_HEADERS that an answer does not bring itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                policy = dict(message["headers"]).get(b"content-security-policy", _NO_FRAMES)
                if _NO_FRAMES not in policy:  # X-Frame-Options cannot name who may frame it
                    present.add(b"x-frame-options")
                message["headers"] += [header for header in _RAW if header[0] not in present]
            await send(message)

        await self.app(scope, receive, send_secured)
