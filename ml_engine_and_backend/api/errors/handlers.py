"""Domain errors -> problem+json, each mapped once."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ml_engine_and_backend.api.errors.problems import HTTPProblemError, problem_response, shortened
from ml_engine_and_backend.api.middleware.admission import RETRY_AFTER_S
from ml_engine_and_backend.engine.errors import (
    BlankDrawingError,
    LadderError,
    NoDefaultModelError,
    TooManyPixelsError,
    UnknownModelError,
    UnreadablePictureError,
)

log = logging.getLogger(__name__)

# error -> (status, last part of the problem's type, title)
DOMAIN_ERRORS: dict[type[LadderError], tuple[int, str, str]] = {
    BlankDrawingError: (422, "blank-drawing", "There is nothing drawn"),
    UnreadablePictureError: (422, "unreadable-picture", "This is not a picture we can read"),
    TooManyPixelsError: (413, "too-many-pixels", "The picture has too many pixels"),
    UnknownModelError: (404, "unknown-model", "There is no such model"),
    NoDefaultModelError: (503, "no-default-model", "The default model is not served"),
}


def add_error_handlers(app: FastAPI) -> None:
    """Make every error of `app` answer as problem+json."""
    for error in DOMAIN_ERRORS:
        app.add_exception_handler(error, _domain_error)
    app.add_exception_handler(HTTPProblemError, _http_problem)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(ClientDisconnect, _client_left)
    app.add_exception_handler(Exception, _unexpected)


def _domain_error(_: Request, error: Exception) -> Response:
    status, kind, title = DOMAIN_ERRORS[type(error)]  # type: ignore[index]
    known = error.known if isinstance(error, UnknownModelError) else None
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else None
    return problem_response(status, kind, title, str(error), known=known, headers=headers)


def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPProblemError)  # noqa: S101  registered for this type only
    return problem_response(
        error.status, error.kind, error.title, error.detail, headers=error.headers
    )


def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this type only
    phrase = HTTPStatus(error.status_code).phrase
    # not request.url: it fails on what a query or the Host header may hold
    detail = f"{request.method} {shortened(request.scope['path'])}: {error.detail}"
    return problem_response(
        error.status_code,
        phrase.lower().replace(" ", "-"),
        phrase,
        detail,
        headers=error.headers,
    )


def _invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this type only
    first = error.errors()[0]
    where = " ".join(str(part) for part in first["loc"])
    return problem_response(
        400, "bad-request", "The request is malformed", f"{where}: {first['msg']}"
    )


def _client_left(_: Request, __: Exception) -> Response:
    return Response(status_code=400)  # to nobody: the connection is gone


def _unexpected(_: Request, error: Exception) -> Response:
    log.error("Unexpected error", exc_info=error)
    return problem_response(
        500, "internal-error", "Something broke on our side", "expected an answer, got an error"
    )
