"""Answers that are written as they stand, because nothing that could make them is asked."""

import json
from functools import lru_cache
from random import getrandbits
from typing import Final

from ml_engine_and_backend.api.errors.problems import MEDIA_TYPE, TYPE_PREFIX
from ml_engine_and_backend.api.middleware.admission import OVER_CAPACITY, RETRY_AFTER_S


def _canned(status: str, kind: str, title: str, detail: str, *headers: str) -> bytes:
    """A problem+json answer; a request id goes where `%b` stands."""
    number = int(status.partition(" ")[0])
    body = json.dumps(
        {"type": TYPE_PREFIX + kind, "title": title, "status": number, "detail": detail}
    ).encode()
    lines = (
        f"HTTP/1.1 {status}",
        f"content-type: {MEDIA_TYPE}",
        f"content-length: {len(body)}",
        "x-content-type-options: nosniff",
        *headers,
        "x-request-id: %b",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body.replace(b"%", b"%%")


def too_late(headers_timeout_s: float, body_timeout_s: float) -> bytes:
    """For who did not send its request in time; the connection ends."""
    return _canned(
        "408 Request Timeout",
        "request-timeout",
        "The request came too slowly",
        f"expected the headers within {headers_timeout_s:g} s and the body within "
        f"{body_timeout_s:g} s of them",
        "connection: close",
    )


def too_long(max_headers_bytes: int) -> bytes:
    """For who sends headers without end; the connection ends."""
    return _canned(
        "431 Request Header Fields Too Large",
        "headers-too-large",
        "The headers are too large",
        f"expected at most {max_headers_bytes} bytes of headers, got more",
        "connection: close",
    )


@lru_cache(maxsize=4)
def over_capacity(limit: int, *, goes_on: bool = True, is_head: bool = False) -> bytes:
    """For the request that finds all `limit` places taken; HEAD is answered without the content."""
    answer = _canned(
        "503 Service Unavailable",
        OVER_CAPACITY,
        "The service is over capacity",
        f"expected at most {limit} requests at once, got one more",
        f"retry-after: {RETRY_AFTER_S}",
        *([] if goes_on else ["connection: close"]),
    )
    return answer[: answer.index(b"{")] if is_head else answer


MALFORMED: Final = _canned(
    "400 Bad Request",
    "malformed-request",
    "The request is malformed",
    "expected an HTTP/1.1 request, got bytes that are none",
    "connection: close",
)


def new_id() -> bytes:
    """An id for an answer that no request is known to."""
    # it must differ, not be hard to guess, and be there at once when there is most to do
    return b"%016x" % getrandbits(64)
