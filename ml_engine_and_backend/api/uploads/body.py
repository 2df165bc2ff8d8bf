"""A request's body, bounded in size and time."""

import asyncio
import re
from typing import Final

from starlette.requests import Request

from ml_engine_and_backend.api.errors.problems import HTTPProblemError, shortened

# What is over the limit is read and dropped up to here: most clients look for an answer only when
# they have sent everything.
MAX_DROPPED_BYTES: Final = 32 * 1024 * 1024
# nginx waits for bodies in front of a service on the internet; this is for a direct connection.
BODY_TIMEOUT_S: Final = 30.0
# int takes digits of other scripts too, and refuses thousands of them
LENGTH: Final = re.compile("[0-9]{1,19}")


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body.

    Raises:
        HTTPProblemError: 413 for more than `max_bytes`, announced or come; 408 for a body that is
            not there within BODY_TIMEOUT_S; 415 for one that is compressed.
        ClientDisconnect: nobody is there any more.
    """
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise HTTPProblemError(
            415,
            "unsupported-encoding",
            "This content encoding is not supported",
            f"expected a body without Content-Encoding, got {shortened(encoding)}",
            {"Accept-Encoding": "identity"},
        )
    announced = request.headers.get("content-length", "")
    length = int(announced) if LENGTH.fullmatch(announced) else 0
    waits = request.headers.get("expect", "").lower() == "100-continue"
    if length > (max_bytes if waits else MAX_DROPPED_BYTES):
        raise _too_large(max_bytes, str(length))
    chunks: list[bytes] = []
    received = 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for chunk in request.stream():
                received += len(chunk)
                if received > MAX_DROPPED_BYTES:
                    raise _too_large(max_bytes, f"more than {MAX_DROPPED_BYTES}")
                if received <= max_bytes:
                    chunks.append(chunk)
                else:
                    chunks.clear()
    except TimeoutError:
        raise HTTPProblemError(
            408,
            "request-timeout",
            "The request did not arrive in time",
            f"expected the body within {BODY_TIMEOUT_S:g} s, got {received} bytes of it",
            {"Connection": "close"},
        ) from None
    if received > max_bytes:
        raise _too_large(max_bytes, str(received))
    return b"".join(chunks)


def _too_large(max_bytes: int, came: str) -> HTTPProblemError:
    return HTTPProblemError(
        413,
        "body-too-large",
        "The body is too large",
        f"expected at most {max_bytes} bytes, got {came}",
        # what was not read must not be taken for the next request
        {"Connection": "close"},
    )
