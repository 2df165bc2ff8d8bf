"""Headers of the page and its files."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.paths import DOCS, PAGE, route_path

# Vite puts a hash of the content into the names under assets/.
ASSETS: Final = "/assets/"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
REVALIDATE: Final = "no-cache"
# Everything that the page loads comes from here; data: is the 28×28 picture in an answer. The
# networks run as WebAssembly, which compiles, and no script is made from text.
POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# Swagger UI shows answers that are pictures as blobs.
DOCS_POLICY: Final = POLICY.replace("data:", "data: blob:").replace(" 'wasm-unsafe-eval'", "")
# Browsers that send no Sec-Fetch-Site name the page in Referer alone, which its session needs.
REFERRER_POLICY: Final = "same-origin"


class PageHeaders:
    """ASGI middleware that says how long the page's files keep, and what HTML may load.

    Files are sent whole: ranges are optional (RFC 9110, section 14.2), and nothing here is large.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: Sequence[str] = ()) -> None:
        """Pages of `frame_ancestors`, as the policy names sites, may embed the page."""
        self.app = app
        ancestors = " ".join(frame_ancestors) or "'none'"
        policy = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")
        self._policies = {
            **dict.fromkeys((PAGE, "/index.html"), policy),
            **dict.fromkeys((DOCS, "/docs.html"), DOCS_POLICY),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        scope["headers"] = [header for header in scope["headers"] if header[0] != b"range"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "accept-ranges" in headers:  # it is a file
                    headers["Accept-Ranges"] = "none"
                    kept = IMMUTABLE if path.startswith(ASSETS) else REVALIDATE
                    headers.setdefault("Cache-Control", kept)
                # browsers take the headers of a 304 for those of the page that they have kept
                if path in self._policies and message["status"] in (200, 304):
                    headers["Content-Security-Policy"] = self._policies[path]
                    headers["Referrer-Policy"] = REFERRER_POLICY
            await send(message)

        await self.app(scope, receive, send_with_headers)
