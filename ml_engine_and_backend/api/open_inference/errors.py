"""The protocol's errors: problem details that carry the member `error` as well."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response

from ml_engine_and_backend.api.errors.problems import MEDIA_TYPE

PREFIX = "/v2"

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def add_error_member(app: FastAPI) -> None:
    """Repeat `detail` as `error` in every problem below /v2, where the clients look for it.

    Call it when the error handlers are there: it wraps them.
    """
    handlers: dict[Any, Any] = app.exception_handlers
    for error, handler in handlers.items():
        handlers[error] = _adding_it(handler)


def with_error_member(path: str, response: Response) -> Response:
    """`response`, with `error` if it is a problem and `path` is below /v2."""
    if not (path + "/").startswith(PREFIX + "/") or response.media_type != MEDIA_TYPE:
        return response
    problem = orjson.loads(response.body)
    headers = dict(response.headers)
    del headers["content-length"]
    content = orjson.dumps(problem | {"error": problem["detail"]})
    return Response(content, response.status_code, headers)


def _adding_it(handler: Handler) -> Handler:
    async def adding_it(request: Request, error: Exception) -> Response:
        answer = handler(request, error)
        response = await answer if inspect.isawaitable(answer) else answer
        return with_error_member(request.scope["path"], response)

    return adding_it
