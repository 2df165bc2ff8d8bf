"""Files that are sent whole."""

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send


class WholeFile(FileResponse):
    """A file that is sent whole, whatever part is asked for.

    Ranges are optional (RFC 9110, section 14.2), nothing here is large enough to need them, and
    Starlette would answer a malformed one in plain text.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        self.headers["Accept-Ranges"] = "none"
        await super().__call__(without_range(scope), receive, send)


def without_range(scope: Scope) -> Scope:
    """The request of `scope`, for the whole."""
    return {**scope, "headers": [header for header in scope["headers"] if header[0] != b"range"]}
