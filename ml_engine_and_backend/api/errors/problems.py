"""Problem details for HTTP APIs (RFC 9457): the error format of every route."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi.responses import JSONResponse
from starlette.types import Scope

from ml_engine_and_backend.api.observability import logs, metrics
from ml_engine_and_backend.api.paths import OPEN_INFERENCE, route_path

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:digit-ladder:problem:"
RETRY_AFTER_S: Final = 1


class HTTPProblemError(Exception):
    """An error that is HTTP's own: a body, media type or size that never reaches the engine."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.headers = headers
        super().__init__(detail)


def problem_response(
    scope: Scope,
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    known: Sequence[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The problem+json answer to the request of `scope`; `kind` ends its `type`.

    A 503 is counted by its kind and carries Retry-After. Below /v2, `detail` is repeated as
    `error`, the only member that clients of the Open Inference Protocol read.
    """
    content: dict[str, Any] = {
        "type": TYPE_PREFIX + kind,
        "title": title,
        "status": status,
        "detail": detail,
    }
    if known is not None:
        content["known"] = list(known)
    if (route_path(scope) + "/").startswith(OPEN_INFERENCE + "/"):
        content["error"] = detail
    request_id = logs.request_id.get()
    if request_id is not None:
        content["request_id"] = request_id
    if status == 503:
        metrics.refused(kind)
        headers = {"Retry-After": str(RETRY_AFTER_S), **(headers or {})}
    # a 404 may else be kept by caches (RFC 9111, section 4.2.2), which know nothing of cookies
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def shortened(text: str, length: int = 80) -> str:
    """`text`, short enough to be repeated in an error message."""
    return text if len(text) <= length else text[: length - 1] + "…"


# FastAPI would document a model given for an error as application/json
_SCHEMA: Final = {"schema": {"$ref": "#/components/schemas/Problem"}}
ANY_OTHER_PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {"description": "Any other error", "content": {MEDIA_TYPE: _SCHEMA}}
}


def documented(*examples: tuple[int, str, str, str]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI `responses` of (status, kind, title, detail) rows, one example a row."""
    responses: dict[int | str, dict[str, Any]] = {}
    for status, kind, title, detail in examples:
        response = responses.setdefault(
            status,
            {"description": title, "content": {MEDIA_TYPE: _SCHEMA | {"examples": {}}}},
        )
        if title not in response["description"]:
            response["description"] += f"; or: {title}"
        response["content"][MEDIA_TYPE]["examples"][kind] = {
            "value": {
                "type": TYPE_PREFIX + kind,
                "title": title,
                "status": status,
                "detail": detail,
            }
        }
    return responses
