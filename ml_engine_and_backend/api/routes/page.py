"""The page at `/docs`: what FastAPI has for it loads scripts from the internet."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from ml_engine_and_backend.api.paths import DOCS
from ml_engine_and_backend.api.settings import REPOSITORY

# the built page, whose other files `app.frontend` serves
DIST: Final[Path] = REPOSITORY / "frontend" / "dist"
NOT_BUILT: Final = "expected the built page, got none; `make page` builds it"

router = APIRouter(include_in_schema=False)


@router.get(DOCS)
async def docs() -> Response:
    """OpenAPI, to read and to try."""
    page = DIST / "docs.html"
    return FileResponse(page) if page.is_file() else await not_built()


async def not_built() -> Response:
    """What is answered in place of a page that is not there."""
    raise HTTPException(404, NOT_BUILT)
