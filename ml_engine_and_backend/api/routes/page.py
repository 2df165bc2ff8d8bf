"""The pages at `/docs` and at unknown paths; `app.frontend` serves the rest of what is built."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

from ml_engine_and_backend.api.errors.handlers import EXCEPTION_HANDLERS
from ml_engine_and_backend.api.middleware.page_headers import POLICY, REFERRER_POLICY
from ml_engine_and_backend.api.paths import DOCS
from ml_engine_and_backend.api.settings import REPOSITORY

# the built page, whose other files `app.frontend` serves
DIST: Final[Path] = REPOSITORY / "frontend" / "dist"
NOT_BUILT: Final = "expected the built page, got none; `make page` builds it"

router = APIRouter(include_in_schema=False)


@router.get(DOCS)
async def docs() -> Response:
    """OpenAPI, to read and to try: what FastAPI has for it loads scripts from the internet."""
    page = DIST / "docs.html"
    return FileResponse(page) if page.is_file() else await not_built()


async def not_built() -> Response:
    """What is answered in place of a page that is not there."""
    raise HTTPException(404, NOT_BUILT)


async def unknown_path(request: Request, error: HTTPException) -> Response:
    """The 404 of no route: a page for whoever asks with a browser, else the problem."""
    page = DIST / "404.html"
    if request.method != "GET" or not _prefers_html(request) or not page.is_file():
        return await EXCEPTION_HANDLERS[HTTPException](request, error)
    root: str = request.scope.get("root_path", "")
    # the build names its files relative to a page that lies beside them
    html = page.read_text("utf-8").replace('="./', f'="{root}/')
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": REFERRER_POLICY,
        "Vary": "Accept",
    }
    return HTMLResponse(html, 404, headers)


def _prefers_html(request: Request) -> bool:
    """Browsers name HTML first and JSON not at all; programs name JSON or anything."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and "json" not in accepted
