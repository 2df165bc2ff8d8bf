"""Errors -> problem+json, each mapped once."""

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ml_engine_and_backend.api.errors.problems import (
    HTTPProblemError,
    problem_response,
    shortened,
)
from ml_engine_and_backend.api.retraining import (
    TrainingEndedError,
    TrainingNotInstalledError,
    UnknownTrainingError,
)
from ml_engine_and_backend.database.errors import (
    BadNameError,
    BadPasswordError,
    DatabaseAwayError,
    LastAdminError,
    NameTakenError,
    TooManyKeysError,
    UnknownAccountError,
    WrongCredentialsError,
)
from ml_engine_and_backend.database.feedback import (
    BadLabelError,
    ReviewedError,
    UnknownPredictionError,
)
from ml_engine_and_backend.database.history import BadCursorError, UnknownDrawingError
from ml_engine_and_backend.database.promotions import GateRefusesError, NothingToPromoteError
from ml_engine_and_backend.database.review import DecidedError, NothingToReviewError
from ml_engine_and_backend.database.training_runs import TrainingRunsError
from ml_engine_and_backend.engine.errors import (
    BadBoxError,
    BlankDrawingError,
    LadderError,
    NoDefaultModelError,
    TooManyPixelsError,
    UnknownModelError,
    UnreadablePictureError,
)
from ml_engine_and_backend.model_folder.served import NothingBeforeError

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

# error -> (status, last part of the problem's type, title)
DOMAIN_ERRORS: Final[Mapping[type[LadderError], tuple[int, str, str]]] = {
    BadBoxError: (400, "bad-box", "The box is not within the picture"),
    BlankDrawingError: (422, "blank-drawing", "There is nothing drawn"),
    UnreadablePictureError: (422, "unreadable-picture", "This is not a picture we can read"),
    TooManyPixelsError: (413, "too-many-pixels", "The picture has too many pixels"),
    UnknownModelError: (404, "unknown-model", "There is no such model"),
    DatabaseAwayError: (503, "database-away", "The database does not answer"),
    UnknownPredictionError: (404, "unknown-prediction", "There is no such prediction"),
    UnknownDrawingError: (404, "unknown-drawing", "There is no such drawing"),
    BadLabelError: (400, "bad-request", "The request is malformed"),
    BadCursorError: (400, "bad-cursor", "The cursor is not ours"),
    ReviewedError: (409, "reviewed", "Reviewers have decided otherwise"),
    BadNameError: (400, "bad-name", "This cannot be a name"),
    BadPasswordError: (400, "bad-password", "This cannot be a password"),
    WrongCredentialsError: (401, "wrong-credentials", "Name or password is wrong"),
    UnknownAccountError: (404, "unknown-account", "There is no such account"),
    NameTakenError: (409, "name-taken", "The name is taken"),
    LastAdminError: (409, "last-admin", "The last admin must stay"),
    TooManyKeysError: (409, "too-many-keys", "There are too many API keys"),
    NothingToReviewError: (404, "nothing-to-review", "There is no such drawing to review"),
    DecidedError: (409, "decided", "An admin has settled this"),
    GateRefusesError: (409, "gate-refuses", "The gate refuses this version"),
    NothingToPromoteError: (409, "nothing-to-promote", "There is nothing to change"),
    NothingBeforeError: (409, "nothing-before", "There is no version to go back to"),
    TrainingNotInstalledError: (409, "training-not-installed", "Training is not installed here"),
    TrainingRunsError: (409, "retraining-runs", "A retraining is running"),
    UnknownTrainingError: (404, "unknown-retraining", "There is no such retraining"),
    TrainingEndedError: (409, "retraining-ended", "The retraining has ended"),
    NoDefaultModelError: (503, "no-default-model", "The default model is not served"),
}


async def _domain_error(request: Request, error: Any) -> Response:
    status, kind, title = DOMAIN_ERRORS[type(error)]
    known = error.known if isinstance(error, UnknownModelError) else None
    return problem_response(request.scope, status, kind, title, str(error), known=known)


async def _http_problem(request: Request, error: Any) -> Response:
    return problem_response(
        request.scope, error.status, error.kind, error.title, error.detail, headers=error.headers
    )


async def _http_exception(request: Request, error: Any) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    return problem_response(
        request.scope,
        error.status_code,
        phrase.lower().replace(" ", "-"),
        phrase,
        # not request.url: it fails on what a query or the Host header may hold
        f"{request.method} {shortened(request.scope['path'])}: {error.detail}",
        headers=error.headers,
    )


async def _invalid_request(request: Request, error: Any) -> Response:
    first = error.errors()[0]
    where = " ".join(str(part) for part in first["loc"])
    return problem_response(
        request.scope, 400, "bad-request", "The request is malformed", f"{where}: {first['msg']}"
    )


async def _refused_by_database(request: Request, _: Any) -> Response:
    # PostgreSQL takes no U+0000 in a text, and no integer beyond its column's
    detail = "expected text and numbers that the database takes, got others"
    title = "The request is malformed"
    return problem_response(request.scope, 400, "bad-request", title, detail)


async def _client_left(_: Request, __: Any) -> Response:
    return Response(status_code=400)  # to nobody: the connection is gone


EXCEPTION_HANDLERS: Final[dict[int | type[Exception], Handler]] = {
    **dict.fromkeys(DOMAIN_ERRORS, _domain_error),
    HTTPProblemError: _http_problem,
    HTTPException: _http_exception,
    RequestValidationError: _invalid_request,
    DataError: _refused_by_database,
    ClientDisconnect: _client_left,
}
