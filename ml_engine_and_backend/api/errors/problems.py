"""Problem details for HTTP APIs (RFC 9457): the error format of every route."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from ml_engine_and_backend.api.observability import logs, metrics
from ml_engine_and_backend.api.schemas.predictions import Problem

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:digit-ladder:problem:"


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


# FastAPI would document a model given for an error as application/json
_SCHEMA = {"schema": {"$ref": "#/components/schemas/Problem"}}
ANY_OTHER_PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {"description": "Any other error", "content": {MEDIA_TYPE: _SCHEMA}}
}


def shortened(text: str, length: int = 80) -> str:
    """What came, short enough to repeat."""
    return text if len(text) <= length else text[: length - 1] + "…"


def problem_response(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    known: Sequence[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem+json answer; `kind` is the last part of its `type`. A 503 is counted by it."""
    content: dict[str, Any] = {
        "type": TYPE_PREFIX + kind,
        "title": title,
        "status": status,
        "detail": detail,
    }
    if known is not None:
        content["known"] = list(known)
    request_id = logs.request_id.get()
    if request_id is not None:
        content["request_id"] = request_id
    if status == 503:
        metrics.refused(kind)
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def add_problem_schema(app: FastAPI) -> None:
    """Put the schema that the documented errors refer to into the OpenAPI document."""
    without_problem = app.openapi

    def openapi() -> dict[str, Any]:
        document = without_problem()
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return document

    # the way that FastAPI documents
    app.openapi = openapi  # type: ignore[method-assign]


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
