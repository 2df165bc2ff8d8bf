"""The built page, served from the same origin as the API."""

from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from ml_engine_and_backend.api.settings import REPOSITORY

DIST = REPOSITORY / "frontend" / "dist"
# Vite puts a hash of the content into the names under assets/.
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
# Everything that the page loads comes from here; data: is the 28×28 picture in an answer.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class _PageFiles(StaticFiles):
    """Static files that browsers keep for ever where the name changes with the content."""

    async def check_config(self) -> None:
        """A page that is not built answers 404, not 500."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = IMMUTABLE if path.startswith("assets") else REVALIDATE
        response.headers["Content-Security-Policy"] = POLICY
        return response


def add_page(app: FastAPI, dist: Path = DIST) -> None:
    """Serve the page at `/` and its files wherever no route of the API is."""
    files = _PageFiles(directory=dist, check_dir=False)
    not_found = app.router.default

    async def file_or_not_found(scope: Scope, receive: Receive, send: Send) -> None:
        is_asked_for = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        await (files if is_asked_for else not_found)(scope, receive, send)

    # the router's last resort, not a mount: a mount would answer 404 where a method is not allowed
    app.router.default = file_or_not_found

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def index() -> Response:
        page = dist / "index.html"
        if not page.is_file():
            return PlainTextResponse(
                "The page is not built. `make run` builds it; the API is described at /docs.\n", 404
            )
        headers = {"Cache-Control": REVALIDATE, "Content-Security-Policy": POLICY}
        return FileResponse(page, headers=headers)
