"""The page's files as the build compressed them, for whoever takes them so."""

from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.paths import DOCS, PAGE, route_path

# content coding -> what the build adds to a file's name; the first that is accepted is sent
ENDINGS: Final = {"br": ".br", "gzip": ".gz"}
FILES: Final = {PAGE: "/index.html", DOCS: "/docs.html"}


class Precompressed:
    """ASGI middleware around the routes: a file's compressed sibling is served in its place.

    The sibling's own length and ETag are sent, and a media type by the name without its ending, as
    Python's `mimetypes` has it. Which files have siblings is looked up once: the build makes both.
    """

    def __init__(self, app: ASGIApp, directory: Path) -> None:
        """`directory` is the built page; without it, nothing is compressed."""
        self.app = app
        self._siblings = {
            f"/{path.relative_to(directory).as_posix()}"
            for ending in ENDINGS.values()
            for path in directory.rglob(f"*{ending}")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, for the compressed file where the client takes one."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        path = FILES.get(path, path)
        codings = [coding for coding in ENDINGS if path + ENDINGS[coding] in self._siblings]
        if not codings:
            await self.app(scope, receive, send)
            return
        accepted = _accepted(Headers(scope=scope).get("accept-encoding", ""))
        chosen = next((coding for coding in codings if coding in accepted), None)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Accept-Encoding")
                if chosen is not None and message["status"] in (200, 304):
                    headers["Content-Encoding"] = chosen
            await send(message)

        if chosen is not None:
            scope = {**scope, "path": scope.get("root_path", "") + path + ENDINGS[chosen]}
        await self.app(scope, receive, send_with_headers)


def _accepted(header: str) -> set[str]:
    """The codings that an Accept-Encoding names and does not refuse (RFC 9110, section 12.5.3)."""
    accepted = set()
    for part in header.split(","):
        coding, _, weight = part.partition(";")
        if weight.replace(" ", "").lower().rstrip("0") not in ("q=", "q=0."):
            accepted.add(coding.strip().lower())
    return accepted
