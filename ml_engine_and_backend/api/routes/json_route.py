"""Routes whose body is a little JSON."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from ml_engine_and_backend.api.errors.problems import documented
from ml_engine_and_backend.api.uploads.body import read_body

MAX_BYTES: Final = 64 * 1024
Problem = tuple[int, str, str, str]  # as `documented` takes them
ANY_ROUTE: Final[tuple[Problem, ...]] = (
    (400, "bad-request", "The request is malformed", "body name: Field required"),
    (
        404,
        "nothing-is-kept",
        "This service keeps nothing",
        "expected a service with a database, got LADDER_DATABASE_URL=none",
    ),
    (
        503,
        "database-away",
        "The database does not answer",
        "expected a database that answers, got: connection refused",
    ),
)


def problems(*rows: Problem) -> dict[int | str, dict[str, Any]]:
    """OpenAPI `responses` of a JSONRoute: its own problems, and those of any such route."""
    return documented(*ANY_ROUTE, *rows)


class JSONRoute(APIRoute):
    """FastAPI's route, but the body is bounded in size and time, and the answer is never cached.

    FastAPI would read a body of any size into memory.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler of a request whose body is here already."""
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            body = await read_body(request, MAX_BYTES)

            async def receive() -> Message:
                return {"type": "http.request", "body": body, "more_body": False}

            response = await handle(Request(request.scope, receive))
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return bounded
