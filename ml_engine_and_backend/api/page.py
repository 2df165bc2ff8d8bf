"""The built page, served from the same origin as the API."""

from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.api.whole_file import WholeFile, without_range

DIST = REPOSITORY / "frontend" / "dist"
# Vite puts a hash of the content into the names under assets/.
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
# Everything that the page loads comes from here; data: is the 28×28 picture in an answer.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Swagger UI shows answers that are pictures as blobs; its styles need no leave.
DOCS_POLICY = POLICY.replace("data:", "data: blob:")
# Tells nobody but us where a request comes from: browsers that send no Sec-Fetch-Site say so only
# in this way, and the page's pass is good from the page alone.
REFERRER_POLICY = "same-origin"


class _PageFiles(StaticFiles):
    """Static files that browsers keep for ever where the name changes with the content."""

    async def check_config(self) -> None:
        """A page that is not built answers 404, not 500."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whole, as the page itself is."""
        await super().__call__(without_range(scope), receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = IMMUTABLE if path.startswith("assets") else REVALIDATE
        response.headers.update(_headers(POLICY))
        response.headers["Accept-Ranges"] = "none"
        return response


def add_page(app: FastAPI, dist: Path = DIST) -> None:
    """Serve the page at `/`, the API's at `/docs`, and their files wherever no route is."""
    files = _PageFiles(directory=dist, check_dir=False)
    not_found = app.router.default

    async def file_or_not_found(scope: Scope, receive: Receive, send: Send) -> None:
        is_asked_for = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        await (files if is_asked_for else not_found)(scope, receive, send)

    # the router's last resort, not a mount: a mount would answer 404 where a method is not allowed
    app.router.default = file_or_not_found

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def index() -> Response:
        return _built(dist / "index.html", POLICY)

    @app.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    async def docs() -> Response:
        return _built(dist / "docs.html", DOCS_POLICY)


def _built(page: Path, policy: str) -> Response:
    if not page.is_file():
        return PlainTextResponse(
            "The page is not built. `make run` builds it; /openapi.json describes the API.\n", 404
        )
    return WholeFile(page, headers={"Cache-Control": REVALIDATE} | _headers(policy))


def _headers(policy: str) -> dict[str, str]:
    return {"Content-Security-Policy": policy, "Referrer-Policy": REFERRER_POLICY}
