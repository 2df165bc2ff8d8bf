"""Problem details for HTTP APIs (RFC 9457): the error format of every route."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import JSONResponse

from ml_engine_and_backend.api.schemas import Problem

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


def problem_response(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    known: Sequence[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem+json answer; `kind` is the last part of its `type`."""
    content: dict[str, Any] = {
        "type": TYPE_PREFIX + kind,
        "title": title,
        "status": status,
        "detail": detail,
    }
    if known is not None:
        content["known"] = list(known)
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def documented(*examples: tuple[int, str, str, str]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI `responses` of (status, kind, title, detail) rows, one example a row."""
    responses: dict[int | str, dict[str, Any]] = {}
    for status, kind, title, detail in examples:
        response = responses.setdefault(
            status,
            {
                "model": Problem,
                "description": title,
                "content": {MEDIA_TYPE: {"examples": {}}},
            },
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
